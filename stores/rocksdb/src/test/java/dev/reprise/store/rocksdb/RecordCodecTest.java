package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes on the disk, which later releases have to read. */
class RecordCodecTest {
    private static final OperationId ID = Examples.id("k");
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00.123456789Z");

    private static OperationRecord record(OperationState state) {
        return new OperationRecord(
                ID, new RequestFingerprint(1, new byte[] {10, 11}), new FencingToken(1L << 41), 2, TIME, state);
    }

    private static OperationRecord completed() {
        return record(new Completed(
                new Response(
                        201,
                        Headers.of("A", "b", "A", "ü"),
                        Body.of("body".getBytes(StandardCharsets.UTF_8)),
                        Headers.of("T", "")),
                TIME,
                TIME.plusSeconds(86_400)));
    }

    private static final String START = "020a0b" + "808080808040" + "02" + "c0b28bd806" + "959aef3a";
    private static final String RUNNING = START + "01" + "046e6f6465" + "ac02" + "c0b28bd806" + "959aef3a";
    private static final String COMPLETED = START + "02" + "c0b28bd806" + "959aef3a" + "c0d590d806" + "959aef3a"
            + "c901" + "02" + "0141" + "0162" + "0141" + "02c3bc" + "01" + "0154" + "00" + "00" + "626f6479";
    private static final String UNKNOWN_1 = START + "03" + "03776879" + "c0b28bd806" + "959aef3a";
    private static final String UNKNOWN_2 = UNKNOWN_1 + "c0b28bd806" + "959aef3a";
    private static final String UNKNOWN_3 = UNKNOWN_2 + "046e6f6465" + "ac02";
    private static final String UNKNOWN_3_OF_NOBODY = UNKNOWN_2 + "00" + "00";

    static Stream<Arguments> formats() {
        OperationRecord running = record(new Running(new Owner("node", 300), TIME));
        OperationRecord unknown = record(new Unknown("why", TIME, new Owner("node", 300)));
        OperationRecord ofNobody = record(new Unknown("why", TIME, null));
        return Stream.of(
                Arguments.of("01" + "01" + RUNNING, running),
                Arguments.of("01" + "01" + COMPLETED, completed()),
                Arguments.of("01" + "01" + UNKNOWN_1, ofNobody),
                Arguments.of("02" + "01" + RUNNING, running),
                Arguments.of("02" + "01" + COMPLETED, completed()),
                Arguments.of("02" + "01" + UNKNOWN_2, ofNobody),
                Arguments.of("03" + "01" + RUNNING, running),
                Arguments.of("03" + "01" + COMPLETED, completed()),
                Arguments.of("03" + "01" + UNKNOWN_3_OF_NOBODY, ofNobody),
                Arguments.of("03" + "01" + UNKNOWN_3, unknown));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void a_format_is_read_for_ever(String bytes, OperationRecord record) {
        assertThat(RecordCodec.decode(ID, HexFormat.of().parseHex(bytes))).isEqualTo(record);
        if (bytes.startsWith("03")) {
            assertThat(HexFormat.of().formatHex(RecordCodec.encode(record))).isEqualTo(bytes);
        }
    }

    @Test
    void a_newer_format_is_refused_by_number() {
        byte[] bytes = RecordCodec.encode(completed());
        bytes[0] = 9;

        assertThatThrownBy(() -> RecordCodec.decode(ID, bytes))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        refused -> assertThat(refused.isUnreadable()).isTrue())
                .hasMessageContaining("format 9");
    }

    @Test
    void bytes_that_are_cut_short_are_damage_and_nothing_worse() {
        byte[] bytes = RecordCodec.encode(record(new Unknown("why", TIME, new Owner("node", 300))));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RecordCodec.decode(ID, cut))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            damaged -> assertThat(damaged.isUnreadable()).isTrue());
        }
    }

    /** Anything that Java's own types refuse, such as a time that there is not. */
    @Test
    void bytes_that_were_changed_are_damage_or_another_record() {
        byte[] bytes = RecordCodec.encode(record(new Unknown("why", TIME, new Owner("node", 300))));
        for (int i = 0; i < bytes.length; i++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] changed = bytes.clone();
                changed[i] = (byte) value;
                assertThat(isRead(changed)).as("%d at %d", value, i).isIn(true, false);
            }
        }
    }

    private static boolean isRead(byte[] bytes) {
        try {
            return RecordCodec.decode(ID, bytes).id().equals(ID);
        } catch (StoreException damaged) {
            return !damaged.isUnreadable();
        }
    }
}
