package io.gatehouse.portal;

import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import io.gatehouse.login.SessionAuthenticator;
import io.gatehouse.pipeline.AuthenticationChain;
import io.gatehouse.pipeline.CredentialReader;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.token.ApiToken;
import io.gatehouse.token.ApiTokens;
import io.gatehouse.token.Owner;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * Tokens for programs: {@code POST}, {@code GET} and {@code DELETE} on {@code /gatehouse/api/v1/tokens}. Whoever asks shows
 * what they log in with, or a session; a token makes no tokens.
 */
final class TokenApi {

    private static final String TOKENS = "/api/v1/tokens";
    private static final Set<String> FIELDS = Set.of("name", "days", "targets", "verbs");

    private final ApiTokens tokens;
    private final Throttle throttle;
    private final AuthenticationChain authentication;
    private final Clock clock;

    /** @param shutOut why a person may make no token, whoever vouches for them */
    TokenApi(
            LoginRules rules,
            Throttle throttle,
            ApiTokens tokens,
            Function<String, Optional<String>> shutOut,
            Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
        this.throttle = throttle;
        this.authentication = new AuthenticationChain(
                rules.logins().values().stream()
                        .map(login -> new AuthenticationChain.Link(login.name(), login.authenticator(), login.call()))
                        .toList(),
                false,
                shutOut);
    }

    /** @return whether there is such a call */
    boolean serve(Visit visit) throws IOException {
        boolean one = visit.path().startsWith(TOKENS + "/");
        String call = visit.admitted().method() + (one ? "/" : visit.path().equals(TOKENS) ? "" : "?");
        switch (call) {
            case "GET" -> list(visit, person(visit));
            case "POST" -> create(visit, person(visit));
            case "DELETE/" -> revoke(visit, person(visit), visit.path().substring(TOKENS.length() + 1));
            default -> {
                return false;
            }
        }
        return true;
    }

    private Owner person(Visit visit) {
        boolean unsafe = !visit.admitted().method().equals("GET");
        Credential credential = CredentialReader.authorization(visit.request());
        if (credential instanceof Credential.None) {
            Session session =
                    visit.session().orElseThrow(() -> authentication.unauthenticated("no credential and no session"));
            if (unsafe) {
                visit.requireOwnSite();
            }
            return recorded(visit, Owner.of(session), SessionAuthenticator.CREDENTIAL);
        }
        visit.refuseOtherSites(); // a browser sends a password by itself
        AuthenticationChain.Proven proven = authentication.prove(credential, new PageView(visit), Set.of());
        return recorded(visit, new Owner(proven.authenticator(), proven.identity(), clock.instant()), "");
    }

    private static Owner recorded(Visit visit, Owner person, String credential) {
        visit.record().subject(person.identity(), person.authenticator(), credential);
        return person;
    }

    private void list(Visit visit, Owner person) throws IOException {
        visit.allow("their own tokens");
        tokens.confirm(person);
        String items = tokens.standings(person.identity().user()).stream()
                .map(standing -> "{" + fields(standing) + "}")
                .collect(Collectors.joining(", "));
        json(visit, 200, "{\"tokens\": [" + items + "]}");
    }

    private void create(Visit visit, Owner person) throws IOException {
        throttle.token(person.identity().user());
        String type =
                visit.request().getContentType() == null ? "" : visit.request().getContentType();
        if (!type.startsWith("application/json")) {
            throw new RefusedException(415, "invalid", "the body is no JSON", "expected application/json");
        }
        try {
            Map<String, Object> body = object(visit.bodies().read(visit));
            ApiTokens.Issued issued = tokens.issue(
                    person,
                    body.get("name") instanceof String name ? name : "",
                    days(body),
                    VisibleTargets.chosen(texts(body, "targets"), person.authenticator(), visit.rules()),
                    texts(body, "verbs"));
            visit.allow("made token " + issued.token().id());
            json(
                    visit,
                    201,
                    "{" + fields(tokens.standing(issued.token())) + ", \"token\": "
                            + Json.text(issued.text().reveal()) + "}");
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "invalid", e.getMessage(), e.getMessage());
        }
    }

    private Duration days(Map<String, Object> body) {
        Object days = body.getOrDefault(
                "days", (int) Math.max(1, Math.min(30, tokens.longestLife().toDays())));
        if (!(days instanceof Integer number) || number < 1) {
            throw new IllegalArgumentException("\"days\": expected a number from 1 on");
        }
        return Duration.ofDays(number);
    }

    private static Set<String> texts(Map<String, Object> body, String name) {
        Set<String> texts = new TreeSet<>();
        if (!(body.getOrDefault(name, List.of()) instanceof List<?> list)) {
            throw new IllegalArgumentException("\"" + name + "\": expected a list of texts");
        }
        for (Object item : list) {
            if (!(item instanceof String text) || text.isEmpty()) {
                throw new IllegalArgumentException("\"" + name + "\": expected a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** JSON is YAML; what is read here makes no objects but texts, numbers, lists and maps. */
    private static Map<String, Object> object(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new JsonSchema())
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(0)
                .setLabel("the body")
                .build();
        Object read;
        try {
            read = new Load(settings).loadFromString(text);
        } catch (YamlEngineException | StackOverflowError e) {
            throw new IllegalArgumentException("the body is no JSON object");
        }
        if (!(read instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("the body is no JSON object");
        }
        Map<String, Object> object = new HashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key) || !FIELDS.contains(key)) {
                throw new IllegalArgumentException("expected only name, days, targets and verbs");
            }
            object.put(key, entry.getValue());
        }
        return object;
    }

    private void revoke(Visit visit, Owner person, String id) throws IOException {
        throttle.token(person.identity().user());
        if (!tokens.revoke(person.identity().user(), id, "revoked by its owner")) {
            throw new RefusedException(404, "not-found", "no such token", "there is no such token");
        }
        visit.allow("revoked token " + id);
        visit.answer(204, "application/json", "", List.of());
    }

    private static String fields(ApiTokens.Standing standing) {
        ApiToken token = standing.token();
        String until = standing.refused().isPresent()
                ? "null"
                : Json.text(standing.until().toString());
        return "\"id\": " + Json.text(token.id()) + ", \"name\": " + Json.text(token.name()) + ", \"created\": "
                + Json.text(token.created().toString()) + ", \"expires\": "
                + Json.text(token.expires().toString()) + ", \"counts_until\": " + until + ", \"targets\": "
                + Json.texts(new TreeSet<>(token.targets())) + ", \"verbs\": "
                + Json.texts(new TreeSet<>(token.verbs()));
    }

    private static void json(Visit visit, int status, String text) throws IOException {
        visit.answer(status, "application/json", text + "\n", List.<Header>of());
    }
}
