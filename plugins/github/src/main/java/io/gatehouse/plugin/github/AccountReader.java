package io.gatehouse.plugin.github;

import com.google.gson.JsonObject;
import io.gatehouse.plugin.github.Account.Organization;
import io.gatehouse.plugin.github.Account.Team;
import io.gatehouse.spi.Secret;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks whose a token is, and what they are in. Memberships count when they are active, public or private; one that was
 * only offered does not. Who is in a team is in those above it, too.
 */
final class AccountReader {

    private static final int MOST_PARENTS = 50;
    private static final Set<String> ENOUGH = Set.of("read:org", "write:org", "admin:org");
    private static final String MEMBERSHIPS = "/user/memberships/orgs?state=active&per_page=100";
    private static final String TEAMS = "/user/teams?per_page=100";

    private final HttpCalls http;
    private final Endpoints endpoints;

    /** @param parent of the same organisation */
    private record Row(Team team, Optional<Team> parent) {}

    private record Membership(Organization organization, boolean active) {}

    AccountReader(HttpCalls http, Endpoints endpoints) {
        this.http = http;
        this.endpoints = endpoints;
    }

    /** @param withScopes whether the token is of a kind that has scopes; a fine-grained one has permissions instead */
    Account read(Secret token, boolean withScopes, Deadline deadline) throws RefusedException, UnavailableException {
        GitHubApi api = new GitHubApi(http, endpoints, token, deadline);
        GitHubApi.Found found = api.get("/user");
        if (withScopes) {
            requireScope(found.headers().allValues("X-OAuth-Scopes"));
        }
        try {
            JsonObject user = found.object();
            if (!Json.text(user, "type").equals("User")) {
                throw new RefusedException("the account is not a person's");
            }
            Map<Long, Organization> organizations = new LinkedHashMap<>();
            for (Membership membership : api.list(MEMBERSHIPS, AccountReader::membership)) {
                if (membership.active()) {
                    organizations.put(membership.organization().id(), membership.organization());
                }
            }
            List<Team> teams = teams(api, organizations);
            return new Account(
                    Json.id(user), name(user, "login"), List.copyOf(organizations.values()), teams, api.hidden());
        } catch (IllegalArgumentException e) {
            throw new UnavailableException("/user answered what can not be read: " + e.getMessage());
        }
    }

    /** Without the scope GitHub shows public memberships only, as if there were no others. */
    private static void requireScope(List<String> headers) throws RefusedException {
        List<String> scopes = headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .toList();
        if (scopes.stream().noneMatch(ENOUGH::contains)) {
            throw new RefusedException("the token does not have the scope read:org (X-OAuth-Scopes: "
                    + String.join(", ", scopes).replaceAll("[^ -~]", "?") + ")");
        }
    }

    private List<Team> teams(GitHubApi api, Map<Long, Organization> organizations)
            throws RefusedException, UnavailableException {
        Map<Long, Team> teams = new LinkedHashMap<>();
        Map<Long, Team> above = new HashMap<>();
        for (Row row : api.list(TEAMS, AccountReader::row)) {
            if (organizations.containsKey(row.team().organization().id())) {
                teams.put(row.team().id(), row.team());
                row.parent().ifPresent(parent -> above.put(parent.id(), parent));
            }
        }
        Deque<Team> unknown = new ArrayDeque<>(above.values());
        for (int asked = 0; !unknown.isEmpty(); ) {
            Team parent = unknown.remove();
            if (teams.putIfAbsent(parent.id(), parent) == null) {
                if (++asked > MOST_PARENTS) {
                    throw new UnavailableException("more than " + MOST_PARENTS + " teams above those of the account");
                }
                Row row = row(api.get("/organizations/" + parent.organization().id() + "/team/" + parent.id())
                        .object());
                row.parent().ifPresent(unknown::add);
            }
        }
        return new ArrayList<>(teams.values());
    }

    private static Membership membership(JsonObject row) {
        return new Membership(
                organization(Json.object(row, "organization")),
                Json.text(row, "state").equals("active"));
    }

    /** Names of organisations do not differ by case alone, and their owner may change it. */
    private static Organization organization(JsonObject row) {
        return new Organization(Json.id(row), name(row, "login").toLowerCase(Locale.ROOT));
    }

    private static Row row(JsonObject row) {
        Organization organization = organization(Json.object(row, "organization"));
        return new Row(team(row, organization), Json.find(row, "parent").map(parent -> team(parent, organization)));
    }

    private static Team team(JsonObject row, Organization organization) {
        return new Team(Json.id(row), name(row, "slug"), organization);
    }

    /** What else could be in it would make one group look like another. */
    private static String name(JsonObject row, String member) {
        String name = Json.text(row, member);
        if (name.length() > 255 || !name.matches("[\\p{L}\\p{M}\\p{N}._\\[\\]-]+")) {
            throw new IllegalArgumentException("\"" + member + "\" is not a name");
        }
        return name;
    }
}
