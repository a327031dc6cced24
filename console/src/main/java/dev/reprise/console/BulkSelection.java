package dev.reprise.console;

import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.bulk.BulkRun;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.HiddenField;
import java.util.List;
import java.util.stream.Collectors;

/** To which operations something is done. */
sealed interface BulkSelection {
    /** Where something is done to those that were chosen. */
    String CHOSEN = "/operations/chosen";

    /** Where something is done to all that match a filter. */
    String ALL = "/bulk";

    /** Which they are, behind the name of what is done to them. */
    String which();

    /** Which they are, in sentences. */
    List<String> sentences();

    /** The same for the audit. */
    String inWords();

    /** Where forms about them go. */
    String path();

    /** What these forms carry. */
    List<HiddenField> hidden();

    /** Where they are listed. */
    String list();

    /** The filter, as the query of a URL has it; empty if there is none. */
    String conditions();

    /** Whether they can be counted. */
    boolean countable();

    /** Does something to them. */
    BulkRun run(StoreOperations operations, BulkAction action, Initiator who);

    /** Where that is asked for with all that match the conditions. */
    static String place(BulkKind kind, String conditions) {
        return ALL + "?what=" + Choice.written(kind) + (conditions.isEmpty() ? "" : "&" + conditions);
    }

    /** All that a filter finds. */
    record Matching(OperationFilter filter) implements BulkSelection {
        @Override
        public String which() {
            return "all that match";
        }

        @Override
        public List<String> sentences() {
            return List.of(
                    "All operations " + filter.inWords() + " are looked for, also those that no page has shown.",
                    "Each counts only as it is found.");
        }

        @Override
        public String inWords() {
            return filter.inWords();
        }

        @Override
        public String path() {
            return ALL;
        }

        @Override
        public List<HiddenField> hidden() {
            return List.of(new HiddenField("filter", conditions()));
        }

        @Override
        public String list() {
            return "/operations?" + conditions();
        }

        @Override
        public String conditions() {
            return filter.conditions();
        }

        @Override
        public boolean countable() {
            return true;
        }

        @Override
        public BulkRun run(StoreOperations operations, BulkAction action, Initiator who) {
            return BulkRun.ofMatching(operations, action, filter, who);
        }
    }

    /** Those that somebody has chosen, as a page has shown them. */
    record Chosen(List<OperationRef> refs) implements BulkSelection {
        @Override
        public String which() {
            return "the chosen ones";
        }

        @Override
        public List<String> sentences() {
            String keys = refs.stream().map(ref -> ref.id().key().value()).collect(Collectors.joining(", "));
            return List.of("These are " + refs.size() + ": " + keys + ".", "Each counts only as you have seen it.");
        }

        @Override
        public String inWords() {
            return refs.size() + " chosen ones";
        }

        @Override
        public String path() {
            return CHOSEN;
        }

        @Override
        public List<HiddenField> hidden() {
            return refs.stream().map(ref -> new HiddenField("op", ref.text())).toList();
        }

        @Override
        public String list() {
            return "/operations";
        }

        @Override
        public String conditions() {
            return "";
        }

        @Override
        public boolean countable() {
            return false;
        }

        @Override
        public BulkRun run(StoreOperations operations, BulkAction action, Initiator who) {
            return BulkRun.ofChosen(
                    operations,
                    action,
                    refs,
                    ref -> operations.find(ref.id()).filter(view -> view.seen().equals(ref.seen())),
                    who);
        }
    }
}
