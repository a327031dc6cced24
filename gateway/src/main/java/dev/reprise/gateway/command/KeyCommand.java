package dev.reprise.gateway.command;

import dev.reprise.encryption.LocalKeyring;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Makes a key. */
@Command(
        name = "key",
        description = {
            "Makes a key that encrypts what records keep, and prints it as a line for the file of keys.",
            "The last key in the file encrypts, all decrypt. To change keys, append one and restart the gateway, and take",
            "the old one out when the longest retention has passed since; docs/encryption.md says how with several gateways:",
            "  (umask 077; reprise key 2026-12 >> keys)"
        },
        sortOptions = false)
final class KeyCommand extends PrintingCommand {
    @Parameters(paramLabel = "NAME", description = "What records call it, such as the month: letters, digits and . _ -")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Override
    public void run() {
        try {
            out().println(LocalKeyring.newLine(name));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "\"" + name + "\" cannot name a key; use letters, digits and . _ -", e);
        }
    }
}
