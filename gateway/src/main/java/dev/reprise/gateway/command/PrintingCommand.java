package dev.reprise.gateway.command;

import dev.reprise.console.text.OperationsJson;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that shows operations, to people or in JSON. */
abstract class PrintingCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final void printJson(Object value) {
        out().println(OperationsJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    }

    final void printTable(List<String> titles, List<List<String>> rows) {
        OperationTable.print(out(), spec.commandLine().getColorScheme().ansi(), titles, rows);
    }
}
