package dev.reprise.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.StoreException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What records keep, as bytes that only the keyring's holder can read (S35). */
class SealerTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k-1"));
    private static final Response RESPONSE = new Response(
            201,
            Headers.of("Location", "/charges/1", "X-Twice", "a", "X-Twice", "b"),
            Body.of("card 4242".getBytes(UTF_8)),
            Headers.of("X-Sum", "1"));

    /** 32 bytes of which each has its place for its value. */
    private static final String KEY = "first:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /** What the first release wrote. */
    private static final String FIRST =
            "f57265707269736500c35a01056669727374003c001ba259c1874adf87ecdedef1c514a8199f4aca3052f21526cacf3b"
                    + "f3961aa49779ed8b17cc82e323c60004956fabfb701278e12230e3975007ee2d6bc55f92db518af066a695ea07b07068"
                    + "288997b1f051682c3c73400bbefe97b4a61cb09fe6e843403556c7b218e04275285df43be324761c06c5e3d3bd6cd96e"
                    + "8824f8088e584caebe0221c937dbe51d9212da109ee5c2b0d8008271c87f22f62bd3d1cc084131be27ce5338a0b1ecd6"
                    + "b78ebbae446398d63c162c1c1e";

    private final Sealer sealer = sealer(KEY);

    private static Sealer sealer(String keys) {
        return sealer(keys, false);
    }

    private static Sealer sealer(String keys, boolean refusesPlain) {
        SecureRandom random = new SecureRandom();
        DataKeys dataKeys = new DataKeys(LocalKeyring.of(keys), random, InstantSource.system());
        return new Sealer(dataKeys, new AesGcm(random), refusesPlain);
    }

    @Test
    void comes_back_as_it_was_and_nothing_of_it_is_to_be_seen_but_the_status() {
        for (Response response : List.of(RESPONSE, RESPONSE.withBody(Body.OMITTED), RESPONSE.withBody(Body.EMPTY))) {
            Response sealed = sealer.seal(ID, response);

            assertThat(sealed.status()).isEqualTo(201);
            assertThat(sealed.headers()).isEqualTo(Headers.EMPTY);
            assertThat(sealed.trailers()).isEqualTo(Headers.EMPTY);
            assertThat(new String(sealed.body().bytes(), UTF_8)).doesNotContain("4242", "charges", "Location");
            assertThat(sealer.open(ID, sealed)).isEqualTo(response);
        }
    }

    @Test
    void is_never_the_same_twice() {
        assertThat(sealer.seal(ID, RESPONSE)).isNotEqualTo(sealer.seal(ID, RESPONSE));
    }

    /** By its key alone, after any number of restarts. */
    @Test
    void is_read_by_another_process() {
        assertThat(sealer(KEY).open(ID, sealer.seal(ID, RESPONSE))).isEqualTo(RESPONSE);
    }

    /** A format, once released, is read for ever. */
    @Test
    void of_the_first_format_is_read() {
        byte[] first = HexFormat.of().parseHex(FIRST);

        assertThat(sealer.open(ID, new Response(201, Headers.EMPTY, Body.of(first))))
                .isEqualTo(RESPONSE);
    }

    @Test
    void is_refused_if_a_bit_of_it_was_changed() {
        byte[] sealed = sealer.seal(ID, RESPONSE).body().bytes();
        Sealer strict = sealer(KEY, true);
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            Response response = new Response(201, Headers.EMPTY, Body.of(changed));
            assertThatThrownBy(() -> strict.open(ID, response))
                    .as("byte %d", at)
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void is_refused_if_a_part_of_it_is_missing() {
        byte[] sealed = sealer.seal(ID, RESPONSE).body().bytes();
        Sealer strict = sealer(KEY, true);
        for (int length = 0; length < sealed.length; length++) {
            Response response = new Response(201, Headers.EMPTY, Body.of(Arrays.copyOf(sealed, length)));
            assertThatThrownBy(() -> strict.open(ID, response))
                    .as("%d bytes", length)
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void is_refused_for_another_operation_and_with_another_status() {
        Response sealed = sealer.seal(ID, RESPONSE);
        assertThat(sealer.open(ID, sealed)).as("kept in memory from here on").isEqualTo(RESPONSE);
        Stream.of(
                        new OperationId(ID.scope(), new IdempotencyKey("k-2")),
                        new OperationId(new Scope("bob", "/charges"), ID.key()),
                        new OperationId(new Scope("alice", "/refunds"), ID.key()),
                        new OperationId(new Scope("alice/", "charges"), ID.key()))
                .forEach(other -> assertThatThrownBy(() -> sealer.open(other, sealed))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("belongs to something else"));

        Response other = new Response(402, sealed.headers(), sealed.body());
        assertThatThrownBy(() -> sealer.open(ID, other))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("somebody has changed it");
    }

    @Test
    void a_result_is_good_for_its_own_step_only() {
        Body result = Body.of("tok_1".getBytes(UTF_8));
        Body sealed = sealer.seal(result, Purpose.step(ID, "charge"));

        assertThat(sealer.open(sealed, Purpose.step(ID, "charge"))).isEqualTo(result);
        for (Purpose other : List.of(Purpose.step(ID, "refund"), Purpose.input(ID), Purpose.response(ID))) {
            assertThatThrownBy(() -> sealer.open(sealed, other)).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void what_is_plain_is_read_as_it_is_unless_that_is_refused() {
        assertThat(sealer.open(ID, RESPONSE)).isEqualTo(RESPONSE);
        assertThatThrownBy(() -> sealer(KEY, true).open(ID, RESPONSE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is not encrypted, and plain records are refused");
    }

    @Test
    void of_an_answer_that_was_erased_there_is_the_status_also_if_what_is_plain_is_refused_S36() {
        Response erased = new Response(201, Headers.EMPTY, Body.OMITTED);

        assertThat(sealer(KEY, true).open(ID, erased)).isEqualTo(erased);
        assertThatThrownBy(() -> sealer(KEY, true).open(ID, new Response(201, Headers.of("A", "b"), Body.OMITTED)))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void what_cannot_be_read_says_for_whom_and_what_to_do_and_that_nothing_was_done() {
        Response sealed = sealer.seal(ID, RESPONSE);

        assertThatThrownBy(() -> sealer(LocalKeyring.newLine("second")).open(ID, sealed))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isNothingDone()).isTrue())
                .hasMessageContaining("The answer of k-1 at /charges cannot be decrypted")
                .hasMessageContaining("needs the key first");
    }

    @Test
    void a_keyring_that_fails_is_told_from_a_record_that_is_damaged() {
        Response sealed = sealer(LocalKeyring.newLine("kms")).seal(ID, RESPONSE);
        Keyring failing = new Keyring() {
            private final LocalKeyring own = LocalKeyring.of(KEY);

            @Override
            public WrappedKey wrap(byte[] dataKey) {
                return own.wrap(dataKey);
            }

            @Override
            public byte[] unwrap(WrappedKey wrapped) {
                if (wrapped.keyName().equals("kms")) {
                    throw new IllegalArgumentException("No route to the service for keys");
                }
                return own.unwrap(wrapped);
            }
        };
        SecureRandom random = new SecureRandom();
        Sealer other = new Sealer(new DataKeys(failing, random, InstantSource.system()), new AesGcm(random), false);

        assertThatThrownBy(() -> other.open(ID, sealed))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isUnreadable()).isTrue())
                .hasMessageContaining("The keyring does not give the key kms now")
                .hasMessageNotContaining("damaged");
    }

    /** What takes long is not done on the thread that tells of it. */
    @Test
    void large_answers_and_those_of_unknown_keys_are_not_opened_at_once() {
        Body small = sealer.seal(ID, RESPONSE).body();
        Body large =
                sealer.seal(ID, RESPONSE.withBody(Body.of(new byte[300_000]))).body();

        assertThat(sealer.opensAtOnce(ID, small)).isTrue();
        assertThat(sealer.opensAtOnce(ID, large)).isFalse();
        assertThat(sealer(KEY).opensAtOnce(ID, small)).isFalse();
        assertThat(sealer.opensAtOnce(ID, RESPONSE.body())).isTrue();
    }

    @Test
    void nothing_but_plain_records_cannot_be_refused_by_who_makes_no_others() {
        assertThatThrownBy(() -> Encryption.none().refusingPlain()).isInstanceOf(IllegalStateException.class);
    }

    /** Otherwise its callers would get what it cannot read. */
    @Test
    void a_process_without_keys_refuses_it_and_leaves_the_rest_alone() {
        Sealer without = new Sealer(null, new AesGcm(new SecureRandom()), false);
        Response sealed = sealer.seal(ID, RESPONSE);

        assertThat(without.open(ID, RESPONSE)).isEqualTo(RESPONSE);
        assertThat(without.seal(ID, RESPONSE)).isEqualTo(RESPONSE);
        assertThatThrownBy(() -> without.open(ID, sealed))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isUnreadable()).isTrue())
                .hasMessageContaining("This process has no keys of encryption");
    }

    @Test
    void an_answer_that_was_left_out_of_a_step_stays_so() {
        assertThat(sealer.seal(Body.OMITTED, Purpose.input(ID)).isOmitted()).isTrue();
    }
}
