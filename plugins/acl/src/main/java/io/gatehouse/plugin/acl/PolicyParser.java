package io.gatehouse.plugin.acl;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads a policy file and tells every problem of it at once, in the order of the lines, but no more than
 * {@value #MAXIMUM_PROBLEMS}.
 *
 * <p>A role exists when a {@code g} line gives it to somebody. A rule or a membership of a role that nobody has, and a
 * role that has no rule and no further role, are taken for typing errors: a deny that is misspelt would be open.
 */
final class PolicyParser {

    static final int MAXIMUM_PROBLEMS = 100;

    private static final String RULE_COLUMNS = "p, subject, target, object, action, allow or deny";
    private static final String MEMBERSHIP_COLUMNS = "g, member, role";

    private static final Pattern TARGET = Pattern.compile("[a-z0-9][a-z0-9._/-]*");

    private final ConfigFile file;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Membership> memberships = new ArrayList<>();
    private final TreeMap<Integer, List<String>> problems = new TreeMap<>();
    private int found;
    private boolean rulesComplete = true;
    private boolean membershipsComplete = true;

    PolicyParser(ConfigFile file) {
        this.file = file;
    }

    /** @throws ConfigurationException with all problems */
    Policy parse() {
        int number = 0;
        for (String line : file.lines()) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                parseLine(number, text);
            }
        }
        reportRepeatedRules();
        reportRepeatedMemberships();
        RoleGraph roles = new RoleGraph(memberships);
        if (membershipsComplete) {
            reportUnknownRoles(roles);
            roles.cycles().forEach(this::report);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(allProblems());
        }
        return new Policy(file.path().getFileName().toString(), List.copyOf(rules), roles);
    }

    private void parseLine(int number, String text) {
        int before = found;
        try {
            List<String> fields = CsvLine.split(text);
            switch (fields.get(0)) {
                case "p" -> rule(number, fields).ifPresent(rules::add);
                case "g" -> membership(number, fields).ifPresent(memberships::add);
                default ->
                    throw new IllegalArgumentException("unknown kind of line \"" + fields.get(0) + "\"; expected \""
                            + RULE_COLUMNS + "\" or \"" + MEMBERSHIP_COLUMNS + "\"");
            }
        } catch (IllegalArgumentException e) {
            report(number, e.getMessage());
        }
        boolean read = found == before;
        rulesComplete &= read || text.startsWith("g");
        membershipsComplete &= read || text.startsWith("p");
    }

    private Optional<Rule> rule(int number, List<String> fields) {
        requireColumns(fields, 6, RULE_COLUMNS);
        boolean denies = fields.get(5).equals("deny");
        Optional<Subject> subject = column(number, () -> Subject.parse(fields.get(1)));
        Optional<String> target = column(number, () -> target(fields.get(2)));
        Optional<RuleObject> object = column(number, () -> RuleObject.parse(fields.get(3)));
        Optional<Integer> actions = object.flatMap(known -> column(number, () -> known.actions(fields.get(4), denies)));
        if (!denies && !fields.get(5).equals("allow")) {
            report(number, "unknown effect \"" + fields.get(5) + "\"; expected allow or deny");
            return Optional.empty();
        }
        return subject.isEmpty() || target.isEmpty() || actions.isEmpty()
                ? Optional.empty()
                : Optional.of(new Rule(number, subject.get(), target.get(), object.get(), actions.get(), denies));
    }

    /** Reads one column of a line, so that the others are read whatever is wrong with it. */
    private <T> Optional<T> column(int number, Supplier<T> reader) {
        try {
            return Optional.of(reader.get());
        } catch (IllegalArgumentException e) {
            report(number, e.getMessage());
            return Optional.empty();
        }
    }

    private static String target(String text) {
        if (text.equals("*") || TARGET.matcher(text).matches()) {
            return text;
        }
        throw new IllegalArgumentException("target \"" + text + "\" is neither a target's name nor *");
    }

    private Optional<Membership> membership(int number, List<String> fields) {
        requireColumns(fields, 3, MEMBERSHIP_COLUMNS);
        Optional<Subject> member = column(number, () -> member(fields.get(1)));
        Optional<Subject> role = column(number, () -> role(fields.get(2)));
        return member.flatMap(known -> role.map(given -> new Membership(number, known, given.name())));
    }

    private static Subject member(String text) {
        Subject member = Subject.parse(text);
        if (member.kind() == Subject.Kind.EVERYONE) {
            throw new IllegalArgumentException("* can not be a member of a role; write rules for * instead");
        }
        return member;
    }

    private static Subject role(String text) {
        Subject role = Subject.parse(text);
        if (role.kind() != Subject.Kind.ROLE) {
            throw new IllegalArgumentException("\"" + text + "\" is not a role; expected role:<name>");
        }
        return role;
    }

    private static void requireColumns(List<String> fields, int count, String columns) {
        if (fields.size() != count) {
            throw new IllegalArgumentException(
                    "expected " + count + " columns (" + columns + "), found " + fields.size());
        }
    }

    private void reportRepeatedRules() {
        Map<Rule.Key, Integer> lines = new HashMap<>();
        for (Rule rule : rules) {
            Integer first = lines.putIfAbsent(rule.key(), rule.line());
            if (first != null) {
                report(rule.line(), "the same rule stands in line " + first);
            }
        }
    }

    private void reportRepeatedMemberships() {
        Map<List<Object>, Integer> lines = new HashMap<>();
        for (Membership membership : memberships) {
            Integer first = lines.putIfAbsent(List.of(membership.member(), membership.role()), membership.line());
            if (first != null) {
                report(membership.line(), "the same membership stands in line " + first);
            }
        }
    }

    private void reportUnknownRoles(RoleGraph roles) {
        Set<String> useful = new LinkedHashSet<>();
        for (Rule rule : rules) {
            useful.add(
                    rule.subject().kind() == Subject.Kind.ROLE ? rule.subject().name() : "");
            reportUnknownRole(rule.line(), rule.subject(), roles);
        }
        for (Membership membership : memberships) {
            useful.add(
                    membership.member().kind() == Subject.Kind.ROLE
                            ? membership.member().name()
                            : "");
            reportUnknownRole(membership.line(), membership.member(), roles);
        }
        for (Membership membership : memberships) {
            if (rulesComplete && !useful.contains(membership.role())) {
                report(
                        membership.line(),
                        "role \"" + membership.role() + "\" has no rule and no further role; is it misspelt?");
            }
        }
    }

    private void reportUnknownRole(int line, Subject subject, RoleGraph roles) {
        if (subject.kind() == Subject.Kind.ROLE && !roles.exists(subject.name())) {
            report(
                    line,
                    "\"" + subject.name() + "\" is not a role that a g line gives to anybody;"
                            + " write user:, group: or role: before a name, or add \"g, <member>, role:"
                            + subject.name() + "\"");
        }
    }

    private void report(int line, String message) {
        problems.computeIfAbsent(line, unused -> new ArrayList<>()).add(message);
        found++;
    }

    private List<ConfigurationProblem> allProblems() {
        List<ConfigurationProblem> all = new ArrayList<>();
        problems.forEach((line, messages) -> messages.stream()
                .limit(MAXIMUM_PROBLEMS - all.size())
                .map(message -> file.problemAt(line, message))
                .forEach(all::add));
        if (found > MAXIMUM_PROBLEMS) {
            int last = problems.lastKey();
            all.add(file.problemAt(last, "and " + (found - MAXIMUM_PROBLEMS) + " more problems up to here"));
        }
        return all;
    }
}
