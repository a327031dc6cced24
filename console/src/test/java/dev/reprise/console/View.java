package dev.reprise.console;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A page as somebody sees it, and the first thing that they do there.
 *
 * @param place where it is
 * @param title what the page at that place says that it is
 * @param who sees it
 * @param more what it is then, in words; empty for the page as it is
 * @param way what is done there to get to it
 * @param picture for the documentation; null if it is in none
 * @param control the link or button that matters; null if there is none
 * @param next the title of where that leads; null if it is not pressed
 */
record View(
        String place,
        String title,
        Who who,
        String more,
        Consumer<Tab> way,
        @Nullable Picture picture,
        @Nullable String control,
        @Nullable String next) {
    /** Who looks. */
    enum Who {
        /** Somebody who has not signed in. */
        STRANGER,
        OPERATOR,
        VIEWER,
        /** An operator, where nobody may change anything. */
        READER
    }

    /** A picture and its size. */
    record Picture(String name, int width, int height) {}

    /** The page at a place, as operators see it. */
    static View of(String place, String title) {
        return new View(place, title, Who.OPERATOR, "", tab -> {}, null, null, null);
    }

    /** The same at another place. */
    View at(String other) {
        return new View(other, title, who, more, way, picture, control, next);
    }

    /** The same about an operation, whose name belongs behind the place. */
    View about(OperationRef ref) {
        return at(place + ref.text());
    }

    View by(Who other) {
        return new View(place, title, other, more, way, picture, control, next);
    }

    /** What the page becomes when somebody does this. */
    View then(String words, Consumer<Tab> done) {
        return new View(place, title, who, words, done, picture, control, next);
    }

    View pictured(String name, int width, int height) {
        return new View(place, title, who, more, way, new Picture(name, width, height), control, next);
    }

    /** It has this link or button. */
    View has(String named) {
        return new View(place, title, who, more, way, picture, named, null);
    }

    /** It has this link or button, which leads to a page with that title. */
    View leads(String named, String titled) {
        return new View(place, title, who, more, way, picture, named, titled);
    }

    void open(Tab tab) {
        tab.go(place).isAt(title);
        way.accept(tab);
        if (picture != null) {
            tab.picture(picture.name(), picture.width(), picture.height()).wide();
        }
    }

    /** With the keyboard alone. */
    void use(Tab tab, UnaryOperator<String> typed) {
        if (control == null) {
            return;
        }
        tab.reach(control, typed);
        if (next != null) {
            tab.page().keyboard().press("Enter");
            tab.isAt(next);
        }
    }

    @Override
    public String toString() {
        return (more.isEmpty() ? place.replaceFirst("op=[\\w-]+", "op=…") : title + " " + more) + " as " + who;
    }
}
