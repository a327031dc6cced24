package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private static final Headers HEADERS = Headers.of("Accept", "a", "X-Twice", "1", "x-twice", "2");

    @Test
    void names_compare_case_insensitively_and_order_is_kept() {
        assertThat(HEADERS.first("ACCEPT")).contains("a");
        assertThat(HEADERS.all("X-TWICE")).containsExactly("1", "2");
        assertThat(HEADERS.first("absent")).isEmpty();
        assertThat(HEADERS.size()).isEqualTo(3);
    }

    @Test
    void with_replaces_all_fields_of_the_name() {
        assertThat(HEADERS.with("x-TWICE", "3")).isEqualTo(Headers.of("Accept", "a", "x-twice", "3"));
    }

    @Test
    void equality_ignores_the_case_of_names_but_not_of_values_nor_the_order() {
        assertThat(Headers.of("A", "x", "B", "y"))
                .isEqualTo(Headers.of("a", "x", "b", "y"))
                .hasSameHashCodeAs(Headers.of("a", "x", "b", "y"))
                .isNotEqualTo(Headers.of("A", "X", "B", "y"))
                .isNotEqualTo(Headers.of("B", "y", "A", "x"));
    }

    @Test
    void values_stay_out_of_the_text_form() {
        assertThat(Headers.of("Authorization", "secret")).hasToString("[Authorization]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "a\0b"})
    void line_breaks_are_refused_so_that_no_field_can_be_smuggled_in(String evil) {
        assertThatThrownBy(() -> Headers.of("X", evil)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Headers.of(evil, "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
