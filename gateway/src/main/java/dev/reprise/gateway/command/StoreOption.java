package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.encryption.Encryption;
import dev.reprise.gateway.config.ConsoleConfig;
import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.EncryptionSettings;
import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.gateway.operations.AdminAccess;
import dev.reprise.gateway.operations.RemoteOperations;
import dev.reprise.gateway.store.OpenStore;
import dev.reprise.store.rocksdb.RocksDbStore;
import dev.reprise.store.rocksdb.StoreInUseException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which store a command works on: opened here, or through the gateway that has it open. */
final class StoreOption {
    static final int SAME_KEY = 1_000;
    /** How many answers show whether a store has encrypted ones. */
    private static final int LOOKED_AT = 20;

    @ArgGroup
    private Location location = new Location();

    @Option(
            names = "--encryption-keys",
            paramLabel = "FILE",
            description = "The keys with which what records keep is encrypted. Default: those of --config, or of "
                    + EncryptionSettings.VARIABLE + ".")
    private @Nullable Path encryptionKeys;

    /** One of the three. */
    private static final class Location {
        @Option(
                names = "--store",
                paramLabel = "FOLDER",
                description = "The folder of the records. Its gateway may be running. Default: reprise-data.")
        private @Nullable Path folder;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "Or the file with the settings of the gateway, which says where the records are.")
        private @Nullable Path file;

        @Option(
                names = "--database",
                paramLabel = "URL",
                description = "Or the database of the records, as in jdbc:postgresql://127.0.0.1:5432/records.")
        private @Nullable String database;

        private GatewaySettings settings() {
            return file == null ? GatewaySettings.NONE : SettingsFile.read(file);
        }

        /** Where the gateway of the folder writes down what operators do. */
        private Path auditFile(Path folder) {
            Path said = file == null ? null : settings().auditFile();
            return said == null ? folder.resolve(ConsoleConfig.AUDIT) : said;
        }

        private StoreLocation said() {
            if (database != null) {
                return new StoreLocation.Database(DatabaseSettings.of(database));
            }
            return folder == null ? settings().location() : new StoreLocation.Folder(folder);
        }
    }

    /** Does something with the operations of the store. */
    <T> T with(Function<Operations, T> action) {
        return switch (location.said()) {
            case StoreLocation.Folder(Path folder) -> inFolder(folder, action);
            case StoreLocation.Database database -> {
                Encryption encryption = encryption();
                try (OpenStore opened = OpenStore.at(database)) {
                    OpenStore store = encryption == null ? opened : opened.encrypted(encryption);
                    yield action.apply(
                            new StoreOperations(store.operations(), store.resumable(), AuditLog.inLogOnly()));
                }
            }
        };
    }

    /** The same for a command that records an answer, which has to be encrypted where others are. */
    <T> T recording(Function<Operations, T> action) {
        return with(operations -> {
            if (encryption() == null && operations instanceof StoreOperations here && here.holdsEncrypted(LOOKED_AT)) {
                throw new IdempotencyException(
                        "Answers in this store are encrypted; give --encryption-keys, so that this one is too", null);
            }
            return action.apply(operations);
        });
    }

    private @Nullable Encryption encryption() {
        GatewaySettings settings = location.settings();
        return (encryptionKeys == null ? settings : settings.withEncryptionKeys(encryptionKeys)).encryption();
    }

    private <T> T inFolder(Path folder, Function<Operations, T> action) {
        new StoreLocation.Folder(folder).requireRecords();
        Encryption encryption = encryption();
        try (RocksDbStore store = RocksDbStore.in(folder).open();
                AuditLog audit = new FileAuditLog(location.auditFile(folder), InstantSource.system());
                Operations operations =
                        new StoreOperations(encryption == null ? store : encryption.over(store), null, audit)) {
            return action.apply(operations);
        } catch (StoreInUseException e) {
            return remotely(folder, action, e);
        }
    }

    private static <T> T remotely(Path folder, Function<Operations, T> action, StoreInUseException inUse) {
        AdminAccess access = AdminAccess.read(folder)
                .orElseThrow(() -> new IdempotencyException(
                        inUse.getMessage() + " It is not a gateway that can be asked; stop it first.", inUse));
        try (Operations operations = new RemoteOperations(access)) {
            return action.apply(operations);
        }
    }

    /** The one operation with a key, in the given scope where several have it. */
    static OperationView find(
            Operations operations, OperationFilter ofKey, @Nullable String route, @Nullable String principal) {
        String key = String.valueOf(ofKey.key());
        List<OperationView> found = operations.list(ofKey).operations().stream()
                .filter(operation -> route == null || operation.route().equals(route))
                .filter(operation -> principal == null || operation.principal().equals(principal))
                .toList();
        if (found.isEmpty()) {
            throw new IdempotencyException(
                    "There is no operation with the key " + key + said(" at ", route) + said(" of ", principal), null);
        }
        if (found.size() > 1) {
            throw new IdempotencyException(
                    found.size() + " operations have the key " + key + said(" at ", route)
                            + said(" of ", principal)
                            + "; say which one with --route and --principal, as reprise operations list shows them",
                    null);
        }
        return found.get(0);
    }

    private static String said(String before, @Nullable String value) {
        return value == null ? "" : before + value;
    }
}
