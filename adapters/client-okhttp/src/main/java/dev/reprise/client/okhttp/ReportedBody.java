package dev.reprise.client.okhttp;

import dev.reprise.client.Retries;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** The body of an answer, which says how its call went if it breaks off (C8). */
final class ReportedBody extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    ReportedBody(Retries.Sent<Response> sent) {
        this.body = sent.answer().body();
        this.source = Okio.buffer(new ForwardingSource(body.source()) {
            @Override
            public long read(Buffer sink, long most) throws IOException {
                try {
                    return super.read(sink, most);
                } catch (IOException e) {
                    throw sent.unread(e);
                }
            }
        });
    }

    @Override
    public @Nullable MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public BufferedSource source() {
        return source;
    }
}
