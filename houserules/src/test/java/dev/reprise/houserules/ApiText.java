package dev.reprise.houserules;

import static dev.reprise.houserules.TypeText.list;
import static dev.reprise.houserules.TypeText.name;
import static dev.reprise.houserules.TypeText.type;
import static dev.reprise.houserules.TypeText.variables;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes down what others can compile against: public and protected types and members, one line each, sorted. What
 * the language adds by itself (accessors and constructors of records, {@code valueOf}) and what a supertype already
 * promises in the same words is left out.
 */
final class ApiText {
    private ApiText() {}

    static List<String> of(Collection<Class<?>> types) {
        List<String> lines = new ArrayList<>();
        types.stream()
                .filter(ApiText::isVisible)
                .collect(Collectors.groupingBy(Class::getPackageName, TreeMap::new, Collectors.toList()))
                .forEach((name, members) -> {
                    lines.add("package " + name);
                    members.stream()
                            .sorted(Comparator.comparing(TypeText::name))
                            .forEach(type -> {
                                lines.add("  " + header(type));
                                members(type).forEach(member -> lines.add("    " + member));
                            });
                });
        return lines;
    }

    private static boolean isVisible(Class<?> type) {
        return isVisible(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder(Modifier.isProtected(type.getModifiers()) ? "protected " : "");
        if (type.isRecord()) {
            text.append("record ").append(name(type)).append(variables(type.getTypeParameters()));
            text.append(list("(", type.getRecordComponents(), ApiText::component, ")"));
        } else if (type.isEnum()) {
            text.append("enum ").append(name(type)).append(list(" {", type.getEnumConstants(), String::valueOf, "}"));
        } else {
            text.append(type.isSealed() ? "sealed " : "");
            text.append(type.isInterface() ? "interface " : classModifiers(type) + "class ");
            text.append(name(type)).append(variables(type.getTypeParameters()));
        }
        if (!type.isInterface() && !type.isRecord() && !type.isEnum() && type.getSuperclass() != Object.class) {
            text.append(" extends ").append(type(type.getAnnotatedSuperclass()));
        }
        AnnotatedType[] interfaces = type.getAnnotatedInterfaces();
        if (interfaces.length > 0) {
            text.append(list(type.isInterface() ? " extends " : " implements ", interfaces, TypeText::type, ""));
        }
        if (type.isSealed()) {
            text.append(list(" permits ", type.getPermittedSubclasses(), TypeText::name, ""));
        }
        return text.toString();
    }

    private static String classModifiers(Class<?> type) {
        int modifiers = type.getModifiers();
        return Modifier.isFinal(modifiers) ? "final " : Modifier.isAbstract(modifiers) ? "abstract " : "";
    }

    private static List<String> members(Class<?> type) {
        Stream<String> fields = Arrays.stream(type.getDeclaredFields())
                .filter(field -> isVisible(field.getModifiers()) && !field.isSynthetic() && !field.isEnumConstant())
                .map(ApiText::field);
        Stream<String> constructors = Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> isVisible(constructor.getModifiers()) && !isImplied(constructor))
                .map(constructor -> modifiers(constructor) + type.getSimpleName() + parameters(constructor));
        Stream<String> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> isVisible(method.getModifiers()) && !method.isSynthetic() && !isImplied(method))
                .sorted(Comparator.comparing(Method::getName).thenComparing(ApiText::method))
                .map(ApiText::method);
        return Stream.of(fields.sorted(), constructors.sorted(), methods)
                .flatMap(lines -> lines)
                .toList();
    }

    private static String field(Field field) {
        return modifiers(field.getModifiers(), Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL)
                + type(field.getAnnotatedType())
                + " "
                + field.getName()
                + value(field);
    }

    /** Of strings and numbers, which the compiler copies into the classes of those who use them. */
    private static String value(Field field) {
        if (!Modifier.isStatic(field.getModifiers())) {
            return "";
        }
        try {
            Object value = field.get(null);
            return value instanceof String || value instanceof Number ? " = " + value : "";
        } catch (IllegalAccessException e) {
            // Protected, and not for us to read.
            return "";
        }
    }

    private static String method(Method method) {
        return modifiers(method)
                + (method.isDefault() ? "default " : "")
                + (method.getTypeParameters().length == 0 ? "" : variables(method.getTypeParameters()) + " ")
                + type(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + parameters(method);
    }

    private static String modifiers(Executable executable) {
        Class<?> owner = executable.getDeclaringClass();
        return modifiers(
                executable.getModifiers(),
                Modifier.PROTECTED
                        | Modifier.STATIC
                        | (owner.isInterface() ? 0 : Modifier.ABSTRACT)
                        | (Modifier.isFinal(owner.getModifiers()) ? 0 : Modifier.FINAL));
    }

    private static String modifiers(int modifiers, int shown) {
        return (modifiers & shown) == 0 ? "" : Modifier.toString(modifiers & shown) + " ";
    }

    private static boolean isImplied(Constructor<?> constructor) {
        Class<?> type = constructor.getDeclaringClass();
        return type.isRecord()
                && Arrays.equals(
                        constructor.getParameterTypes(),
                        Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::getType)
                                .toArray());
    }

    private static boolean isImplied(Method method) {
        Class<?> type = method.getDeclaringClass();
        if (type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getAccessor().equals(method))) {
            return true;
        }
        if (type.isEnum() && Modifier.isStatic(method.getModifiers())) {
            return method.getName().equals("values") || method.getName().equals("valueOf");
        }
        return !Modifier.isStatic(method.getModifiers())
                && supertypes(type).anyMatch(supertype -> promises(supertype, method));
    }

    private static Stream<Class<?>> supertypes(Class<?> type) {
        return Stream.concat(
                Arrays.stream(type.getInterfaces()),
                Stream.of(type.getSuperclass() == null ? Object.class : type.getSuperclass()));
    }

    private static boolean promises(Class<?> supertype, Method method) {
        try {
            Method promised = supertype.getMethod(method.getName(), method.getParameterTypes());
            return type(promised.getAnnotatedReturnType()).equals(type(method.getAnnotatedReturnType()))
                    && parameters(promised).equals(parameters(method));
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static String parameters(Executable executable) {
        String types = list("(", executable.getAnnotatedParameterTypes(), TypeText::type, ")");
        if (executable.isVarArgs()) {
            types = types.substring(0, types.length() - "[])".length()) + "...)";
        }
        AnnotatedType[] thrown = executable.getAnnotatedExceptionTypes();
        return thrown.length == 0 ? types : types + list(" throws ", thrown, TypeText::type, "");
    }

    private static String component(RecordComponent component) {
        return type(component.getAnnotatedType()) + " " + component.getName();
    }
}
