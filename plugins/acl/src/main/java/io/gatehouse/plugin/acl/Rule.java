package io.gatehouse.plugin.acl;

/**
 * A {@code p} line.
 *
 * @param line where it stands
 * @param subject to whom it applies
 * @param target the target's name, or {@code *}
 * @param object what it speaks of
 * @param actions bits, as the object reads them
 * @param denies whether it denies; else it allows
 */
record Rule(int line, Subject subject, String target, RuleObject object, int actions, boolean denies) {

    /** The same rule without its line: two lines with one key say the same twice. */
    Key key() {
        return new Key(subject, target, object, actions, denies);
    }

    record Key(Subject subject, String target, RuleObject object, int actions, boolean denies) {}
}
