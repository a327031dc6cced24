package dev.reprise.houserules;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How {@link ApiText} writes the use of a type: nullness belongs to it. */
final class TypeText {
    private TypeText() {}

    static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0 ? "" : list("<", variables, TypeText::variable, ">");
    }

    private static String variable(TypeVariable<?> variable) {
        return variable.getName() + bounds(" extends ", variable.getAnnotatedBounds());
    }

    static String type(AnnotatedType type) {
        String nullable = type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "";
        return switch (type) {
            case AnnotatedArrayType array ->
                type(array.getAnnotatedGenericComponentType()) + (nullable.isEmpty() ? "[]" : " @Nullable []");
            case AnnotatedParameterizedType generic ->
                nullable
                        + name((Class<?>) ((ParameterizedType) generic.getType()).getRawType())
                        + list("<", generic.getAnnotatedActualTypeArguments(), TypeText::type, ">");
            case AnnotatedTypeVariable variable -> nullable + variable.getType().getTypeName();
            case AnnotatedWildcardType wildcard ->
                "?"
                        + bounds(" extends ", wildcard.getAnnotatedUpperBounds())
                        + bounds(" super ", wildcard.getAnnotatedLowerBounds());
            default -> nullable + name((Class<?>) type.getType());
        };
    }

    private static String bounds(String keyword, AnnotatedType[] bounds) {
        String text = list("", bounds, TypeText::type, "");
        return text.isEmpty() || text.equals("Object") ? "" : keyword + text;
    }

    static <T> String list(String before, T[] items, Function<? super T, String> text, String after) {
        return Arrays.stream(items).map(text).collect(Collectors.joining(", ", before, after));
    }

    /** With the types around it and without its package. */
    static String name(Class<?> type) {
        return type.isPrimitive() || type.getPackageName().isEmpty()
                ? type.getTypeName()
                : type.getTypeName()
                        .substring(type.getPackageName().length() + 1)
                        .replace('$', '.');
    }
}
