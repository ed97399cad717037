package io.gatehouse.plugin.htpasswd;

/** What a user or a group of a file may be called. */
final class Names {

    private Names() {}

    /** @throws IllegalArgumentException with a message for the administrator */
    static String require(String name, String what) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " has a control character");
        }
        if (!name.equals(name.strip())) {
            throw new IllegalArgumentException(what + " begins or ends with a blank");
        }
        if (name.indexOf(':') >= 0) {
            throw new IllegalArgumentException(what + " has a colon");
        }
        return name;
    }
}
