package io.gatehouse.plugin.acl;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a {@link KubernetesObject}, strictly: a deny that is written in a way that no request ever has would be open, so
 * what can not be meant is refused.
 */
final class KubernetesObjectParser {

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern VERSION = Pattern.compile("v[0-9]+((alpha|beta)[0-9]+)?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Pattern LABEL_START = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final Pattern DOTTED = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
    private static final Pattern EXTRA_KEY = Pattern.compile("[a-z0-9]([a-z0-9._/-]*[a-z0-9])?");

    private static final String EXPECTED =
            "expected k8s:<group>/<resource>[/<subresource>] [ns=<namespace>] [name=<name>]";

    private final String text;
    private TextPattern namespace = TextPattern.ANY;
    private TextPattern name = TextPattern.ANY;

    private KubernetesObjectParser(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException with a message for the administrator */
    static KubernetesObject parse(String text) {
        return new KubernetesObjectParser(text).parse();
    }

    private KubernetesObject parse() {
        String[] words = BLANKS.split(text);
        for (int i = 1; i < words.length; i++) {
            qualifier(words[i]);
        }
        String[] parts = words[0].substring(KubernetesObject.PREFIX.length()).split("/", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException("object \"" + text + "\" has no /; " + EXPECTED
                    + ", with nothing for the core group: \"k8s:/" + (parts[0].isEmpty() ? "pods" : parts[0]) + "\"");
        }
        String group = parts[0];
        String resource = parts[1];
        String subresource = parts.length == 3 ? parts[2] : "";
        if (resource.isEmpty() || parts.length == 3 && subresource.isEmpty()) {
            throw new IllegalArgumentException("object \"" + text + "\" has an empty part; " + EXPECTED);
        }
        if (group.equals("core")) {
            throw new IllegalArgumentException(
                    "the core group is written with nothing: \"k8s:" + words[0].substring("k8s:core".length()) + "\"");
        }
        if (group.equals("nonresource")) {
            throw new IllegalArgumentException("a path is written with a colon: \"" + NonResourcePath.PREFIX
                    + words[0].substring("k8s:nonresource".length()) + "\"");
        }
        requirePart("group", group, DOTTED);
        requirePart("resource", resource, LABEL);
        boolean extra = group.equals("authentication.k8s.io") && resource.equals("userextras");
        requirePart("subresource", subresource, extra ? EXTRA_KEY : LABEL);
        if (group.isEmpty() && !resource.equals("*")) {
            CoreGroup.require(resource, subresource);
        }
        return new KubernetesObject(group, resource, subresource, namespace, name);
    }

    private void requirePart(String what, String part, Pattern pattern) {
        if (part.isEmpty() || part.equals("*")) {
            return;
        }
        requireNoStar(what, part, "* stands for a whole " + what);
        requireLowerCase(what, part);
        if (VERSION.matcher(part).matches()) {
            throw new IllegalArgumentException("object \"" + text + "\" has the version \"" + part
                    + "\", but a rule is for all versions; " + EXPECTED);
        }
        if (!pattern.matcher(part).matches()) {
            throw new IllegalArgumentException(
                    what + " \"" + part + "\" is no name that Kubernetes takes; " + EXPECTED);
        }
    }

    private void qualifier(String word) {
        int equals = word.indexOf('=');
        String value = word.substring(equals + 1);
        switch (word.substring(0, Math.max(equals, 0))) {
            case "ns" -> {
                requireFirst("ns", namespace);
                namespace = namespace(value);
            }
            case "name" -> {
                requireFirst("name", name);
                name = name(value);
            }
            default ->
                throw new IllegalArgumentException("unknown qualifier \"" + word
                        + "\"; expected ns=<namespace> or name=<name>, without blanks inside");
        }
    }

    private static void requireFirst(String qualifier, TextPattern known) {
        if (known != TextPattern.ANY) {
            throw new IllegalArgumentException(qualifier + "= is written twice");
        }
    }

    private static TextPattern namespace(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    "ns= is empty; leave it out for all namespaces and for what is in none, or write ns=* for any one");
        }
        boolean prefix = value.endsWith("*");
        String text = prefix ? value.substring(0, value.length() - 1) : value;
        if (prefix && text.isEmpty()) {
            return TextPattern.PRESENT;
        }
        requireNoStar("namespace", text, "* stands only at the end");
        requireLowerCase("namespace", text);
        if (text.length() > 63 || !(prefix ? LABEL_START : LABEL).matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is no name that a namespace can have");
        }
        return prefix ? TextPattern.prefix(text) : TextPattern.exact(text);
    }

    private static TextPattern name(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("name= is empty; leave it out for every name");
        }
        boolean prefix = value.endsWith("*");
        String text = prefix ? value.substring(0, value.length() - 1) : value;
        requireNoStar("name", text, "* stands only at the end, and a star itself is %2A");
        String decoded = PathEncoding.decoded(text);
        return prefix ? TextPattern.prefix(decoded) : TextPattern.exact(decoded);
    }

    private static void requireNoStar(String what, String text, String rule) {
        if (text.indexOf('*') >= 0) {
            throw new IllegalArgumentException(what + " \"" + text + "\" has a * inside; " + rule);
        }
    }

    private static void requireLowerCase(String what, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower)) {
            throw new IllegalArgumentException(what + " \"" + text + "\" is not lower case; write \"" + lower + "\"");
        }
    }
}
