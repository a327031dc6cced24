package dev.reprise.benchmarks;

/** Arguments of programs. */
final class Arguments {
    private Arguments() {}

    static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }
}
