package io.gatehouse.spi;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What plugins of others are compiled against, as {@code public-api.txt} lists it. A line may be added; one that goes or
 * changes breaks a plugin that somebody has, and needs a new major version.
 */
class PublicApiTest {

    private static final Set<String> EVERYBODYS = Set.of("equals", "hashCode", "toString", "values", "valueOf");

    @Test
    void isWhatTheListingSays() throws Exception {
        assertThat(String.join("\n", surface()))
                .as("the public surface of the SPI; when it grew on purpose, put this into public-api.txt")
                .isEqualTo(listing());
    }

    private static String listing() throws IOException {
        try (InputStream in = PublicApiTest.class.getResourceAsStream("/public-api.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static TreeSet<String> surface() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(GatehousePlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        TreeSet<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files.filter(PublicApiTest::isType)::iterator) {
                String name = classes.relativize(file).toString().replaceAll("[/\\\\]", ".");
                describe(Class.forName(name.substring(0, name.length() - ".class".length())), lines);
            }
        }
        return lines;
    }

    private static boolean isType(Path file) {
        return file.toString().endsWith(".class") && !file.endsWith("package-info.class");
    }

    private static void describe(Class<?> type, TreeSet<String> lines) {
        if (!isVisible(type)) {
            return;
        }
        String name = shortened(type.getTypeName());
        lines.add(name + ": " + heading(type));
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field) && !field.getName().equals("serialVersionUID")) {
                lines.add(name + "." + field.getName() + ": " + kind(field) + shortened(field.getGenericType()));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor)) {
                lines.add(name + ".<init>" + parameters(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method) && !EVERYBODYS.contains(method.getName())) {
                lines.add(name + "." + method.getName() + parameters(method) + ": " + kind(method)
                        + shortened(method.getGenericReturnType()) + thrown(method));
            }
        }
    }

    private static boolean isVisible(Class<?> type) {
        boolean outer = type.getEnclosingClass() == null || isVisible(type.getEnclosingClass());
        return outer && !type.isSynthetic() && !type.isAnonymousClass() && Modifier.isPublic(type.getModifiers());
    }

    private static boolean isVisible(Member member) {
        boolean overridable = Modifier.isProtected(member.getModifiers())
                && !Modifier.isFinal(member.getDeclaringClass().getModifiers());
        return !member.isSynthetic() && (Modifier.isPublic(member.getModifiers()) || overridable);
    }

    private static String heading(Class<?> type) {
        List<String> words = new ArrayList<>();
        if (((AnnotatedElement) type).isAnnotationPresent(Deprecated.class)) {
            words.add("deprecated");
        }
        if (type.isSealed()) {
            words.add("sealed");
        }
        if (Modifier.isFinal(type.getModifiers())) {
            words.add("final");
        }
        words.add(type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class");
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(PublicApiTest::shortened)
                .filter(parent -> !parent.matches("java\\.lang\\.(Object|Record|Enum<.*>)"))
                .collect(joining(", "));
        return String.join(" ", words) + (parents.isEmpty() ? "" : " of " + parents);
    }

    private static String kind(Member member) {
        boolean open =
                member instanceof Method method && method.getDeclaringClass().isInterface();
        String required = open && Modifier.isAbstract(member.getModifiers()) ? "abstract " : "";
        return (Modifier.isStatic(member.getModifiers()) ? "static " : "") + required;
    }

    private static String parameters(Executable executable) {
        return Arrays.stream(executable.getGenericParameterTypes())
                .map(PublicApiTest::shortened)
                .collect(joining(", ", "(", ")"));
    }

    private static String thrown(Method method) {
        return method.getExceptionTypes().length == 0
                ? ""
                : Arrays.stream(method.getGenericExceptionTypes())
                        .map(PublicApiTest::shortened)
                        .collect(joining(", ", " throws ", ""));
    }

    private static String shortened(Type type) {
        return shortened(type.getTypeName());
    }

    private static String shortened(String name) {
        return name.replace("io.gatehouse.spi.", "");
    }
}
