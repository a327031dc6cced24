package dev.reprise.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenedAnswersTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k"));
    private static final Response RESPONSE = new Response(201, Headers.EMPTY, Body.EMPTY);

    private final OpenedAnswers opened = new OpenedAnswers();

    @Test
    void a_thousand_answers_that_are_asked_for_in_turns_are_nearly_all_there() {
        List<Body> bodies =
                IntStream.range(0, 1_000).mapToObj(i -> Body.of(new byte[16])).toList();
        int missed = 0;
        for (int round = 0; round < 10; round++) {
            missed = 0;
            for (Body body : bodies) {
                if (opened.find(body, ID) == null) {
                    missed++;
                    opened.add(body, ID, RESPONSE);
                }
            }
        }

        assertThat(missed).isLessThan(100);
    }

    @Test
    void an_answer_is_found_by_the_same_object_and_the_same_operation_alone() {
        Body body = Body.of(new byte[16]);
        opened.add(body, ID, RESPONSE);

        assertThat(opened.find(body, ID)).isSameAs(RESPONSE);
        assertThat(opened.find(Body.of(new byte[16]), ID)).isNull();
        assertThat(opened.find(body, new OperationId(ID.scope(), new IdempotencyKey("other"))))
                .isNull();
    }

    @Test
    void long_answers_are_not_kept() {
        Body body = Body.of(new byte[3_000]);
        opened.add(body, ID, RESPONSE);

        assertThat(opened.find(body, ID)).isNull();
    }
}
