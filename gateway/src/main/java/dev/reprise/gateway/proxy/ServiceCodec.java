package dev.reprise.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes over a connection to a service, one exchange at a time (RFC 9112): the answer to a request is its final
 * response and nothing else.
 *
 * <ul>
 *   <li>Informational responses are dropped, whatever their status; only switching protocols is an answer.
 *   <li>Whatever follows the end of a response belongs to nobody, so the connection ends with it: the next request must
 *       not find it. The same holds where a response without content announces some, because that may be on its way.
 *   <li>A second {@code Content-Length} that says the same is one; two that differ, one beside {@code
 *       Transfer-Encoding}, and codings other than chunked are no response, because nobody can tell where it ends.
 *       Nor is what has a status that does not consist of three digits.
 *   <li>What is no response is never quoted: a reason goes into records, logs and messages, and that could be the answer.
 * </ul>
 */
final class ServiceCodec extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {
    /** The method of the request whose response is due; null between exchanges. */
    private @Nullable HttpMethod due;

    ServiceCodec(int longestHead) {
        init(
                new Responses(
                        new HttpDecoderConfig().setMaxHeaderSize(longestHead).setAllowDuplicateContentLengths(true)),
                new Requests());
    }

    /** What came is no response, for a reason that may be told. */
    private static final class NoResponse extends IllegalArgumentException {
        @Serial
        private static final long serialVersionUID = 1;

        NoResponse(String reason) {
            super(reason);
        }
    }

    /** Remembers what is asked. */
    private final class Requests extends HttpRequestEncoder {
        @Override
        protected void encode(ChannelHandlerContext context, Object message, List<Object> out) throws Exception {
            if (message instanceof HttpRequest request) {
                due = request.method();
            }
            super.encode(context, message, out);
        }
    }

    /** Finds the end of what is answered. */
    private final class Responses extends HttpResponseDecoder {
        private @Nullable HttpResponse current;
        private boolean informational;
        private boolean announced;
        private boolean switched;

        Responses(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            if (due == null && !switched) {
                // Nobody has asked for this.
                in.skipBytes(in.readableBytes());
                Channels.close(context.channel());
                return;
            }
            int before = out.size();
            super.decode(context, in, out);
            look(out, before, in);
        }

        @Override
        protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            int before = out.size();
            super.decodeLast(context, in, out);
            look(out, before, in);
        }

        private void look(List<Object> out, int from, ByteBuf in) {
            for (int i = from; i < out.size(); i++) {
                Object message = out.get(i);
                if (message instanceof HttpObject read) {
                    unquote(read);
                }
                if (message instanceof HttpResponse response) {
                    begins(response);
                }
                boolean dropped = informational;
                if (message instanceof LastHttpContent) {
                    ends(in);
                }
                if (dropped) {
                    out.remove(i--);
                }
            }
        }

        /** The decoder quotes what it cannot read; the reasons that are ours and those for what is too long quote nothing. */
        private static void unquote(HttpObject read) {
            Throwable cause = read.decoderResult().cause();
            if (cause != null && !(cause instanceof NoResponse) && !(cause instanceof TooLongFrameException)) {
                read.setDecoderResult(DecoderResult.failure(new NoResponse("Its answer cannot be read as HTTP")));
            }
        }

        private void begins(HttpResponse response) {
            current = response;
            switched = response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL && !switched;
            if (announced) {
                endWith(response);
            }
        }

        private void ends(ByteBuf in) {
            HttpResponse response = current;
            current = null;
            announced = false;
            if (informational) {
                informational = false;
                return;
            }
            due = null;
            if (response != null && in.isReadable() && !switched) {
                endWith(response);
            }
        }

        /** The client of this connection looks for this field when it has seen the end of the response. */
        private void endWith(HttpResponse response) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }

        private static boolean announcesContent(HttpResponse response) {
            return response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                    || HttpUtil.getContentLength(response, 0L) > 0;
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            HttpResponse response = (HttpResponse) message;
            if (response.status().code() < 100 || response.status().code() > 999) {
                throw new NoResponse("Its status does not have three digits");
            }
            if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL && hasOtherCodings(response)) {
                throw new NoResponse("Its transfer coding is not chunked");
            }
            boolean empty = super.isContentAlwaysEmpty(message)
                    || (HttpMethod.HEAD.equals(due) && response.status().codeClass() != HttpStatusClass.INFORMATIONAL);
            announced = empty && announcesContent(response);
            return empty;
        }

        private static boolean hasOtherCodings(HttpResponse response) {
            List<String> codings = response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            return codings.size() > 1
                    || (codings.size() == 1 && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)));
        }
    }
}
