package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoveltyTest {
    private final Novelty novelty = new Novelty();

    @Test
    void sixteen_new_operations_in_a_row_make_the_next_one_expected_to_be_new() {
        seeNew(15);
        assertThat(novelty.isExpected()).isFalse();

        seeNew(1);
        assertThat(novelty.isExpected()).isTrue();
    }

    @Test
    void one_that_was_there_begins_the_count_anew() {
        seeNew(100);
        novelty.saw(true);
        assertThat(novelty.isExpected()).isFalse();

        seeNew(15);
        assertThat(novelty.isExpected()).isFalse();
        seeNew(1);
        assertThat(novelty.isExpected()).isTrue();
    }

    private void seeNew(int times) {
        for (int i = 0; i < times; i++) {
            novelty.saw(false);
        }
    }
}
