package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import io.gatehouse.spi.AuthenticationResult;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Looks for the entry, then binds as it. A name that nobody has costs a bind, too, as somebody who is not there; only then
 * it is somebody else's.
 */
final class SearchLogin implements LoginMethod {

    private final Directory directory;
    private final People people;
    private final GuessThrottle throttle;

    SearchLogin(Directory directory, People people, GuessThrottle throttle) {
        this.directory = directory;
        this.people = people;
        this.throttle = throttle;
    }

    @Override
    public Optional<AuthenticationResult> login(Attempt attempt, Deadline deadline) throws LDAPException {
        if (!throttle.tryName(attempt.client())) {
            return Optional.empty();
        }
        boolean stranger = false;
        try {
            // A principal name may have the domain and be another than the account name with it.
            List<String> names =
                    Stream.of(attempt.user(), attempt.typed()).distinct().toList();
            List<Entry> found = directory.look(deadline, reader -> people.find(names, reader));
            stranger = found.isEmpty();
            if (found.size() > 1) {
                return Optional.of(AuthenticationResult.rejected("several entries match the name"));
            }
            return stranger ? Optional.of(nobody(deadline)) : judge(found.get(0), attempt, deadline);
        } finally {
            if (!stranger) {
                throttle.giveNameBack(attempt.client());
            }
        }
    }

    private AuthenticationResult nobody(Deadline deadline) throws LDAPException {
        DN absent = new DN(new RDN("cn", UUID.randomUUID().toString()), new DN(people.base()));
        directory.bind(
                deadline,
                reader -> reader.bind(new SimpleBindRequest(
                        absent.toString(), UUID.randomUUID().toString())));
        return AuthenticationResult.notMine();
    }

    private Optional<AuthenticationResult> judge(Entry person, Attempt attempt, Deadline deadline)
            throws LDAPException {
        String key = person.getParsedDN().toNormalizedString();
        if (!throttle.tryPassword(key, attempt.client())) {
            return Optional.empty();
        }
        boolean wrong = false;
        try {
            BindAnswer answer =
                    directory.bind(deadline, reader -> BindAnswer.of(reader.bind(attempt.bindAs(person.getDN()))));
            wrong = answer.verdict() != BindAnswer.Verdict.RIGHT;
            if (wrong) {
                return Optional.of(AuthenticationResult.rejected(answer.words()));
            }
        } finally {
            if (!wrong) {
                throttle.givePasswordBack(key, attempt.client());
            }
        }
        return Optional.of(directory.look(deadline, reader -> people.identity(person, reader)));
    }
}
