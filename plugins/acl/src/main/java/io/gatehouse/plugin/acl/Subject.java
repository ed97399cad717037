package io.gatehouse.plugin.acl;

import java.util.Locale;

/**
 * Whom a rule or a membership speaks of.
 *
 * @param kind user, group, role or everyone
 * @param name without the prefix; {@code *} for everyone
 */
record Subject(Kind kind, String name) {

    enum Kind {
        USER,
        GROUP,
        ROLE,
        EVERYONE
    }

    static final Subject EVERYONE = new Subject(Kind.EVERYONE, "*");

    static Subject role(String name) {
        return new Subject(Kind.ROLE, name);
    }

    /**
     * Reads {@code user:…}, {@code group:…}, {@code role:…}, {@code *}, or a bare name, which is a role.
     *
     * @throws IllegalArgumentException with a message for the administrator
     */
    static Subject parse(String text) {
        if (text.equals("*")) {
            return EVERYONE;
        }
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a subject is empty; " + expected());
        }
        return switch (colon < 0 ? "role" : text.substring(0, colon)) {
            case "user" -> new Subject(Kind.USER, name);
            case "group" -> new Subject(Kind.GROUP, name);
            case "role" -> role(name);
            default -> throw new IllegalArgumentException("unknown kind of subject in \"" + text + "\"; " + expected());
        };
    }

    private static String expected() {
        return "expected user:<name>, group:<name>, role:<name> or *";
    }

    @Override
    public String toString() {
        return kind == Kind.EVERYONE ? "*" : kind.name().toLowerCase(Locale.ROOT) + ":" + name;
    }
}
