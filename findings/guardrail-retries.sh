#!/bin/sh
# Output guardrails of LangChain4j: an answer that is refused is asked for again.
#
# Guess:  maxRetries = 1 is one retry. A retry is the same request again, and a reprompt the same with one message more. What tools do is
#         remembered, as it is otherwise.
# Seen:   LangChain4j 1.19.0 counts attempts: with maxRetries = 1 an answer is never asked for again, as with 0; with 2, the default, once.
#         Without a chat memory, reprompt() sends the new message alone, without the question, and retry() fails, for it sends nothing. With
#         one, what a reprompt brings is not kept: the memory has the answer that was refused, and not the tool that was executed since.
# Matters: a retry that is configured is not made. And an agent that pays when it is asked again has no record of it, and pays once more when the
#         user comes back to it.
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
cat > "$work/Guarded.java" <<'J'
import dev.langchain4j.agent.tool.*;
import dev.langchain4j.data.message.*;
import dev.langchain4j.guardrail.*;
import dev.langchain4j.guardrail.config.OutputGuardrailsConfig;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

public class Guarded {
    interface Agent {
        String chat(String message);
    }

    private static int asked;
    private static int paid;

    public static class Payments {
        @Tool
        public String pay() {
            paid++;
            return "paid";
        }
    }

    /** What it says is made from the messages that it sees. */
    private record Model(Function<List<ChatMessage>, AiMessage> saying) implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            asked++;
            return ChatResponse.builder().aiMessage(saying.apply(request.messages())).build();
        }
    }

    /** Wants to hear of a payment. */
    private record Guard(boolean reprompting) implements OutputGuardrail {
        @Override
        public OutputGuardrailResult validate(AiMessage answer) {
            return answer.text().startsWith("Paid") ? success()
                    : reprompting ? reprompt("no payment", "Pay first.") : retry("no payment");
        }
    }

    public static void main(String[] arguments) {
        System.out.println("maxRetries | the model is asked");
        for (int retries = 0; retries <= 3; retries++) {
            int maximum = retries;
            AiServices<Agent> service = AiServices.builder(Agent.class).chatModel(new Model(messages -> AiMessage.from("No.")))
                    .chatMemory(MessageWindowChatMemory.withMaxMessages(10)).outputGuardrails(new Guard(true));
            asked = 0;
            try {
                service.outputGuardrailsConfig(OutputGuardrailsConfig.builder().maxRetries(maximum).build()).build().chat("Pay the invoice.");
            } catch (OutputGuardrailException e) {
                // It never pays.
            }
            System.out.println(retries + " | " + asked);
        }

        System.out.println("asked again | the model sees");
        for (boolean remembering : new boolean[] {true, false}) {
            for (boolean reprompting : new boolean[] {true, false}) {
                String[] seen = new String[1];
                AiServices<Agent> service = AiServices.builder(Agent.class).outputGuardrails(new Guard(reprompting)).chatModel(new Model(messages -> {
                    boolean first = seen[0] == null;
                    seen[0] = first ? "" : said(messages);
                    return AiMessage.from(first ? "No." : "Paid.");
                }));
                if (remembering) {
                    service.chatMemory(MessageWindowChatMemory.withMaxMessages(10));
                }
                try {
                    service.build().chat("Pay the invoice.");
                } catch (Exception e) {
                    seen[0] = e.getMessage();
                }
                System.out.println((reprompting ? "reprompt()" : "retry()") + (remembering ? "" : " without memory") + " | " + seen[0]);
            }
        }

        ChatMemory memory = MessageWindowChatMemory.withMaxMessages(10);
        Agent agent = AiServices.builder(Agent.class).chatMemory(memory).tools(new Payments()).outputGuardrails(new Guard(true))
                .chatModel(new Model(messages -> {
                    String all = said(messages);
                    return all.contains("[paid]") ? AiMessage.from("Paid.") : all.endsWith("Pay first.") || all.endsWith("Is it paid? If not, pay.")
                            ? AiMessage.from(ToolExecutionRequest.builder().id("call-" + asked).name("pay").arguments("{}").build())
                            : AiMessage.from("Shall I?");
                })).build();
        System.out.println("with a tool | the user is told | paid | the memory");
        for (String message : new String[] {"Pay the invoice.", "Is it paid? If not, pay."}) {
            System.out.println(message + " | " + agent.chat(message) + " | " + paid + " | " + said(memory.messages()));
        }
    }

    private static String said(List<ChatMessage> messages) {
        return messages.stream().map(message -> message instanceof UserMessage user ? user.singleText()
                : message instanceof ToolExecutionResultMessage result ? "[" + result.text() + "]"
                : ((AiMessage) message).hasToolExecutionRequests() ? "[pay]" : ((AiMessage) message).text()).collect(Collectors.joining(" "));
    }
}
J
java -cp "$work/*" "$work/Guarded.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
maxRetries | the model is asked
0 | 1
1 | 1
2 | 2
3 | 3
asked again | the model sees
reprompt() | Pay the invoice. No. Pay first.
retry() | Pay the invoice. No.
reprompt() without memory | Pay first.
retry() without memory | messages cannot be null or empty
with a tool | the user is told | paid | the memory
Pay the invoice. | Paid. | 1 | Pay the invoice. Shall I?
Is it paid? If not, pay. | Paid. | 2 | Pay the invoice. Shall I? Is it paid? If not, pay. [pay] [paid] Paid.
T
echo "As described."
