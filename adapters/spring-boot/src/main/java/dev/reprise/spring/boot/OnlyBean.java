package dev.reprise.spring.boot;

import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;

/** The one bean of a type that counts. */
final class OnlyBean {
    private OnlyBean() {}

    /** @throws RuntimeException that fails the start if there are several, and none is the primary one */
    static <T> T of(ListableBeanFactory beans, Class<T> type) {
        T only = beans.getBeanProvider(type).getIfUnique();
        if (only == null) {
            throw Mistakes.noChoice(type.getSimpleName(), List.of(beans.getBeanNamesForType(type)));
        }
        return only;
    }
}
