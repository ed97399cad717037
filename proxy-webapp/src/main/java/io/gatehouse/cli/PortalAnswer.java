package io.gatehouse.cli;

import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * What a portal says to a program that logs in.
 *
 * @param portal whose answer it is, for messages
 * @param members of its JSON object; none when it is no such thing
 */
record PortalAnswer(URI portal, int status, Map<?, ?> members) {

    private static final int LONGEST_REASON = 200;

    static PortalAnswer of(URI portal, int status, String body) {
        return new PortalAnswer(portal, status, members(body));
    }

    /** JSON is YAML, and whatever else comes is nothing. */
    private static Map<?, ?> members(String text) {
        try {
            Object read =
                    new Load(LoadSettings.builder().setSchema(new JsonSchema()).build()).loadFromString(text);
            return read instanceof Map<?, ?> map ? map : Map.of();
        } catch (YamlEngineException e) {
            return Map.of();
        }
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    int number(String name, int otherwise) {
        return members.get(name) instanceof Integer number ? number : otherwise;
    }

    /** The token that it brings. @throws LoginFailedException when there is none */
    CachedLogin login() {
        Optional<String> token = text("token").filter(text -> text.matches("[!-~]{1,4096}"));
        Optional<String> user = text("user").filter(text -> text.chars().noneMatch(Character::isISOControl));
        Optional<Instant> expires = text("expires").flatMap(PortalAnswer::time);
        if (status != 200 || token.isEmpty() || user.isEmpty() || expires.isEmpty()) {
            throw refused();
        }
        return new CachedLogin(token.get(), expires.get(), user.get());
    }

    /** Why there is no login, with the portal's own reason where it says one. */
    LoginFailedException refused() {
        if (status == 200) {
            return new LoginFailedException(portal + " answered what is not a login; is it the address of a portal?");
        }
        String reason = text("error").map(PortalAnswer::printable).orElse("");
        return new LoginFailedException(
                portal + " answered " + status + " to the login" + (reason.isEmpty() ? "" : ": " + reason));
    }

    /** What a terminal may show: nothing that moves its cursor or turns the text around, and not too much. */
    private static String printable(String text) {
        String plain =
                text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "").strip();
        return plain.codePointCount(0, plain.length()) > LONGEST_REASON
                ? plain.substring(0, plain.offsetByCodePoints(0, LONGEST_REASON)) + "…"
                : plain;
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Without what it holds: a token, or a code. */
    @Override
    public String toString() {
        return "PortalAnswer[" + status + ", " + members.size() + " members]";
    }
}
