#!/bin/sh
# Spring AI: entity(..., validateSchema()), which asks the model again if its answer does not fit, together with a tool.
#
# Guess:  an answer that does not fit is asked for again. Where the model calls a tool there is nothing to validate yet: it goes on as without.
# Seen:   Spring AI 2.0.1 asks the model four times wherever it calls a tool, with the same messages, throws three of its calls away, and executes
#         the last one. A turn with one call of a tool asks five times instead of twice, one with three thirteen times instead of four.
# Matters: up to four times the bill, four times the wait, and nothing in the log. What a model does on its own side before it calls, such as a
#         search, it does four times.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in client-chat model commons template-st; do
  get org/springframework/ai spring-ai-$module 2.0.1
done
for module in core beans context aop expression messaging; do
  get org/springframework spring-$module 7.0.10
done
for module in core observation commons; do
  get io/micrometer micrometer-$module 1.17.2
done
get io/micrometer context-propagation 1.2.1
get io/projectreactor reactor-core 3.8.8
get org/reactivestreams reactive-streams 1.0.4
for module in core databind; do
  get tools/jackson/core jackson-$module 3.1.7
done
get com/fasterxml/jackson/core jackson-annotations 2.22
get com/networknt json-schema-validator 3.0.1
get com/ethlo/time itu 1.14.0
for module in generator module-jackson module-swagger-2; do
  get com/github/victools jsonschema-$module 5.0.0
done
get com/fasterxml classmate 1.7.1
get io/swagger/core/v3 swagger-annotations-jakarta 2.2.38
get org/antlr ST4 4.3.4
get org/antlr antlr-runtime 3.5.3
get org/antlr antlr4-runtime 4.13.1
get com/knuddels jtokkit 1.1.0
get commons-logging commons-logging 1.3.5
get org/jspecify jspecify 1.0.1
get org/slf4j slf4j-api 2.0.18
cat > "$work/Validated.java" <<'J'
import java.util.List;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.*;
import org.springframework.ai.chat.model.*;
import org.springframework.ai.chat.prompt.*;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.annotation.Tool;

public class Validated {
    private static int asked;
    private static int paid;

    public record Outcome(String status) {}

    public static class Payments {
        @Tool(description = "Pays the invoice")
        public String pay() {
            paid++;
            return "paid";
        }
    }

    /** Calls the tool a number of times, one after the other, and then answers. */
    private record Fake(int tools) implements ChatModel {
        @Override
        public ChatResponse call(Prompt prompt) {
            asked++;
            long results = prompt.getInstructions().stream().filter(ToolResponseMessage.class::isInstance).count();
            AssistantMessage.Builder<?> answer = AssistantMessage.builder();
            if (results < tools) {
                answer.content("").toolCalls(List.of(new AssistantMessage.ToolCall("call-" + results, "function", "pay", "{}")));
            } else {
                answer.content("{\"status\": \"paid\"}");
            }
            return new ChatResponse(List.of(new Generation(answer.build())));
        }

        @Override
        public ChatOptions getOptions() {
            return ToolCallingChatOptions.builder().build();
        }
    }

    public static void main(String[] arguments) {
        System.out.println("calls of the tool | entity() asks the model | with validateSchema() | executed");
        for (int tools : new int[] {0, 1, 3}) {
            var request = ChatClient.create(new Fake(tools)).prompt("Pay the invoice.").tools(new Payments());
            asked = 0;
            request.call().entity(Outcome.class);
            int plain = asked;
            asked = 0;
            paid = 0;
            request.call().entity(Outcome.class, answer -> answer.validateSchema());
            System.out.println(tools + " | " + plain + " | " + asked + " | " + paid);
        }
    }
}
J
java -cp "$work/*" "$work/Validated.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
calls of the tool | entity() asks the model | with validateSchema() | executed
0 | 1 | 1 | 0
1 | 2 | 5 | 1
3 | 4 | 13 | 3
T
echo "As described."
