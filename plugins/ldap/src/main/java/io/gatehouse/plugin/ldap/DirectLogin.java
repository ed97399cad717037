package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import io.gatehouse.spi.AuthenticationResult;
import java.util.List;
import java.util.Optional;

/**
 * Binds as the user at once, and then looks for the entry as that user. A directory finds the account of {@code
 * user@domain} by rules of its own, so the entry that was found must take the password, too: else somebody whose
 * {@code userPrincipalName} is another's name would be that other.
 */
final class DirectLogin implements LoginMethod {

    private final Directory directory;
    private final People people;
    private final BindName bindName;
    private final GuessThrottle throttle;

    DirectLogin(Directory directory, People people, BindName bindName, GuessThrottle throttle) {
        this.directory = directory;
        this.people = people;
        this.bindName = bindName;
        this.throttle = throttle;
    }

    @Override
    public Optional<AuthenticationResult> login(Attempt attempt, Deadline deadline) throws LDAPException {
        Optional<String> name = bindName.of(attempt.user());
        if (name.isEmpty()) {
            return Optional.of(AuthenticationResult.notMine());
        }
        String key = TypedName.folded(attempt.user());
        if (!throttle.tryPassword(key, attempt.client())) {
            return Optional.empty();
        }
        boolean wrong = false;
        try {
            AuthenticationResult result = directory.bind(deadline, reader -> bind(name.get(), attempt, reader));
            wrong = !(result instanceof AuthenticationResult.Authenticated);
            return Optional.of(result);
        } finally {
            if (!wrong) {
                throttle.givePasswordBack(key, attempt.client());
            }
        }
    }

    private AuthenticationResult bind(String name, Attempt attempt, DirectoryReader reader) throws LDAPException {
        BindAnswer answer = BindAnswer.of(reader.bind(attempt.bindAs(name)));
        if (answer.verdict() == BindAnswer.Verdict.UNKNOWN) {
            return AuthenticationResult.notMine();
        }
        if (answer.verdict() == BindAnswer.Verdict.REFUSED) {
            return AuthenticationResult.rejected(answer.words());
        }
        List<Entry> found = bindName.isDn()
                ? people.at(name, reader).stream().toList()
                : people.find(List.of(attempt.user(), name), reader);
        if (found.size() != 1) {
            return AuthenticationResult.rejected(
                    "the password is right, but " + (found.isEmpty() ? "no entry matches" : "several entries match")
                            + " the name (search-base, user-filter, login-attributes)");
        }
        Entry person = found.get(0);
        if (!bindName.isDn()) {
            BindAnswer own = BindAnswer.of(reader.bind(attempt.bindAs(person.getDN())));
            if (own.verdict() != BindAnswer.Verdict.RIGHT) {
                return AuthenticationResult.rejected(
                        "the password is that of another account than of the entry with this name: " + own.words());
            }
        }
        return people.identity(person, reader);
    }
}
