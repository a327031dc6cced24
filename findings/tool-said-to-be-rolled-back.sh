#!/bin/sh
# Compensating actions of tools in LangChain4j: @CompensateFor, with compensateOnToolErrors(true).
#
# Guess:  if a tool fails, what earlier ones have done is undone; if that fails as well, somebody is told, as by a saga. It is the same in a
#         stream, and if the failure ends the run.
# Seen:   LangChain4j 1.19.0 tells the model "executed successfully but was rolled back" also when the compensating action has thrown: that is a
#         warning in the log. So the model pays again. With a TokenStream nothing is compensated, though compensateOnToolErrors(true)
#         is accepted; nor if the handler for errors of tools throws, which is how one lets them end the run.
# Matters: two payments, no refund, and an agent that says all is well. Whoever turns to streaming loses every refund.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get dev/langchain4j langchain4j 1.19.0
get dev/langchain4j langchain4j-core 1.19.0
get com/fasterxml/jackson/core jackson-core 2.22.1
get com/fasterxml/jackson/core jackson-databind 2.22.1
get com/fasterxml/jackson/core jackson-annotations 2.22
get org/slf4j slf4j-api 2.0.18
get org/jspecify jspecify 1.0.0
cat > "$work/RolledBack.java" <<'J'
import dev.langchain4j.agent.tool.*;
import dev.langchain4j.data.message.*;
import dev.langchain4j.model.chat.*;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.*;
import dev.langchain4j.service.*;
import java.util.concurrent.CompletableFuture;

public class RolledBack {
    interface Agent {
        String chat(String message);
    }

    interface StreamingAgent {
        TokenStream chat(String message);
    }

    /** A shop: nothing can be shipped the first time. */
    public static class Shop {
        private final boolean refunding;
        private int paid;
        private int refunded;
        private int shipped;

        Shop(boolean refunding) {
            this.refunding = refunding;
        }

        @Tool
        public String pay() {
            paid++;
            return "paid";
        }

        @CompensateFor("pay")
        public void refund() {
            if (!refunding) {
                throw new IllegalStateException("the bank does not answer");
            }
            refunded++;
        }

        @Tool
        public String ship() {
            if (shipped++ == 0) {
                throw new IllegalStateException("not in stock");
            }
            return "shipped";
        }
    }

    private static String told;

    /** Pays, ships, and says so. Does what has been rolled back again, and gives up if shipping fails for another reason. */
    private static AiMessage next(ChatRequest request) {
        boolean paid = false;
        String ship = null;
        for (ChatMessage message : request.messages()) {
            if (message instanceof ToolExecutionResultMessage result) {
                if (result.toolName().equals("pay")) {
                    told = ship == null ? result.text() : told;
                    paid = !result.text().contains("rolled back");
                    ship = null;
                } else {
                    ship = result.text();
                }
            }
        }
        if (!paid) {
            return call("pay", request);
        }
        return ship == null ? call("ship", request) : AiMessage.from(ship.equals("shipped") ? "Paid and shipped." : "Paid, not shipped.");
    }

    private static AiMessage call(String tool, ChatRequest request) {
        return AiMessage.from(ToolExecutionRequest.builder().id("call-" + request.messages().size()).name(tool).arguments("{}").build());
    }

    private static class Model implements ChatModel, StreamingChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            return ChatResponse.builder().aiMessage(next(request)).build();
        }

        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            handler.onCompleteResponse(ChatResponse.builder().aiMessage(next(request)).build());
        }

        @Override
        public dev.langchain4j.model.chat.request.ChatRequestParameters defaultRequestParameters() {
            return ChatModel.super.defaultRequestParameters();
        }

        @Override
        public java.util.List<dev.langchain4j.model.chat.listener.ChatModelListener> listeners() {
            return java.util.List.of();
        }

        @Override
        public dev.langchain4j.model.ModelProvider provider() {
            return ChatModel.super.provider();
        }

        @Override
        public java.util.Set<Capability> supportedCapabilities() {
            return java.util.Set.of();
        }
    }

    interface Run {
        String in(Shop shop) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("\"ship\" fails | the caller gets | paid | refunded");
        row("and the refund works", true, shop -> AiServices.builder(Agent.class).chatModel(new Model()).tools(shop)
                .compensateOnToolErrors(true).build().chat("Order it."));
        System.out.println("  the model has been told: " + told);
        row("and the refund, too", false, shop -> AiServices.builder(Agent.class).chatModel(new Model()).tools(shop)
                .compensateOnToolErrors(true).build().chat("Order it."));
        System.out.println("  the model has been told: " + told);
        row("in a stream", true, shop -> {
            CompletableFuture<String> answer = new CompletableFuture<>();
            AiServices.builder(StreamingAgent.class).streamingChatModel(new Model()).tools(shop).compensateOnToolErrors(true).build()
                    .chat("Order it.").onPartialResponse(part -> { }).onError(answer::completeExceptionally)
                    .onCompleteResponse(response -> answer.complete(response.aiMessage().text())).start();
            return answer.get();
        });
        row("and ends the run", true, shop -> AiServices.builder(Agent.class).chatModel(new Model()).tools(shop).compensateOnToolErrors(true)
                .toolExecutionErrorHandler((error, context) -> {
                    throw new IllegalStateException(error);
                }).build().chat("Order it."));
        System.exit(0);
    }

    private static void row(String what, boolean refunding, Run run) {
        Shop shop = new Shop(refunding);
        String got;
        try {
            got = run.in(shop);
        } catch (Exception e) {
            got = e.getClass().getSimpleName();
        }
        System.out.println(what + " | " + got + " | " + shop.paid + " | " + shop.refunded);
    }
}
J
java -cp "$work/*" "$work/RolledBack.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
"ship" fails | the caller gets | paid | refunded
and the refund works | Paid and shipped. | 2 | 1
  the model has been told: Tool 'pay' was executed successfully but was rolled back due to failure of tool 'ship'
and the refund, too | Paid and shipped. | 2 | 0
  the model has been told: Tool 'pay' was executed successfully but was rolled back due to failure of tool 'ship'
in a stream | Paid, not shipped. | 1 | 0
and ends the run | IllegalStateException | 1 | 0
T
echo "As described."
