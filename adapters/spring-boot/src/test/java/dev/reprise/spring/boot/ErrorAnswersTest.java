package dev.reprise.spring.boot;

import org.junit.jupiter.api.Nested;

/**
 * Errors that Spring makes, as Boot shows them: what the first caller reads is what is recorded, and never an empty body (S7).
 * With Boot's JSON, and with problem details.
 */
class ErrorAnswersTest {
    @Nested
    class By_the_page_of_boot extends ErrorAnswersContract {
        By_the_page_of_boot() {
            super(false);
        }
    }

    @Nested
    class By_problem_details extends ErrorAnswersContract {
        By_problem_details() {
            super(true);
        }
    }
}
