package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.store.rocksdb.RocksDbStore;
import dev.reprise.testkit.ChildProcess;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The folder by which commands find the gateway to ask, or work without one. */
class OperationsFolderTest extends OperationsFixture {
    @Test
    void that_is_no_store_is_refused_and_left_alone() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(Cli.run("operations", "list", "--store", empty.toString()).err())
                .contains("is empty; name the store of your gateway");
        assertThat(empty).isEmptyDirectory();
        assertThat(Cli.run(
                                "operations",
                                "list",
                                "--store",
                                folder.resolve("none").toString())
                        .err())
                .contains("There is no store folder");
    }

    @Test
    void of_a_gateway_holds_access_for_its_user_only_while_it_runs() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store().resolve("admin"))))
                .isEqualTo("rw-------");

        stopGateway();

        assertThat(store().resolve("admin")).doesNotExist();
    }

    @Test
    void of_a_killed_gateway_with_its_access_still_in_it_works() throws Exception {
        stopGateway();
        try (ChildProcess killed = Cli.start(
                "gateway", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--store", store().toString())) {
            int port = Cli.port(killed, "serves");
            Cli.port(killed, "operator");
            CompletableFuture<HttpResponse<String>> lost = client.sendAsync(
                    payment(port, "k").header("Sample-Fault", "slow=50s").build(), BodyHandlers.ofString());
            await().atMost(PATIENCE).until(() -> done("list").contains("running  k"));
            killed.kill();
            assertThat(lost).failsWithin(PATIENCE);
        }
        assertThat(store().resolve("admin")).exists();

        assertThat(done("list", "--state", "abandoned")).contains("abandoned  k");
        assertThat(done("list", "--state", "running")).isEqualToIgnoringNewLines("No operations");
        assertThat(done("release", "k")).startsWith("Released");
        assertThat(done("list")).isEqualToIgnoringNewLines("No operations");

        Files.writeString(store().resolve("admin"), "127.0.0.1:1\nstale\n");
        start("");
        assertThat(send(payment("k")).statusCode()).isEqualTo(201);
        assertThat(done("list")).contains("completed  k");
    }

    @Test
    void in_use_by_something_that_is_no_gateway_says_so() throws Exception {
        Files.delete(store().resolve("admin"));
        assertThat(refused("list")).contains("It is not a gateway that can be asked; stop it first.");

        Files.writeString(store().resolve("admin"), "127.0.0.1:1\nstale\n");
        assertThat(refused("list")).contains("does not answer at its admin address 127.0.0.1:1");

        Files.writeString(store().resolve("admin"), "127.0.0.1:" + sample.port() + "\nstale\n");
        assertThat(refused("list")).contains("answered 404");

        Files.writeString(store().resolve("admin"), "nonsense\nstale\n");
        assertThat(refused("list")).contains("It is not a gateway that can be asked");
    }

    @Test
    void a_place_that_is_none_is_refused() {
        RocksDbStore.in(folder.resolve("other")).open().close();

        Cli.Result result =
                Cli.run("operations", "list", "--store", folder.resolve("other").toString(), "--after", "x");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("\"x\" is no place in a listing");
    }
}
