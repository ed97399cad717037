package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ServerSet;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Connections to a directory, in two pools that make them when they are needed: one for looking, as the service account,
 * and one for the binds of users, so that none that looks is ever left bound as a user. A connection that broke is replaced
 * once, by one to whichever server answers.
 */
final class Directory implements AutoCloseable {

    private static final Duration LONGEST_AGE = Duration.ofMinutes(10);

    private final LDAPConnectionPool looking;
    private final LDAPConnectionPool binding;
    private final Duration responseTimeout;

    /** What is done with a connection; it may be done twice. */
    interface Work<T> {
        T with(DirectoryReader reader) throws LDAPException;
    }

    /**
     * Makes no connection yet.
     *
     * @param servers makes servers that bind each connection, where there is something to bind it with
     * @param account as whom it is looked; nothing for anonymously
     * @param size of either pool
     */
    Directory(
            Function<Optional<BindRequest>, ServerSet> servers,
            Optional<BindRequest> account,
            int size,
            Duration responseTimeout,
            Clock clock) {
        this.looking = pool(new RestingServerSet(servers.apply(account), clock), account, size, responseTimeout);
        this.binding = pool(
                new RestingServerSet(servers.apply(Optional.empty()), clock), Optional.empty(), size, responseTimeout);
        this.responseTimeout = responseTimeout;
    }

    private static LDAPConnectionPool pool(
            ServerSet servers, Optional<BindRequest> account, int size, Duration responseTimeout) {
        try {
            LDAPConnectionPool pool = new LDAPConnectionPool(servers, account.orElse(null), 0, size, null, false);
            pool.setCreateIfNecessary(false);
            pool.setMaxWaitTimeMillis(responseTimeout.toMillis());
            pool.setMaxConnectionAgeMillis(LONGEST_AGE.toMillis());
            return pool;
        } catch (LDAPException e) {
            throw new IllegalStateException("a pool without connections needs no server", e);
        }
    }

    /** Looks something up. */
    <T> T look(Deadline deadline, Work<T> work) throws LDAPException {
        return run(looking, deadline, work);
    }

    /** Binds as a user; the connection may stay bound as that one, so whatever else is done must follow a bind. */
    <T> T bind(Deadline deadline, Work<T> work) throws LDAPException {
        return run(binding, deadline, work);
    }

    private <T> T run(LDAPConnectionPool pool, Deadline deadline, Work<T> work) throws LDAPException {
        LDAPConnection connection = pool.getConnection();
        for (boolean again = true; ; again = false) {
            boolean usable = false;
            boolean replace = false;
            try {
                T answer = work.with(new DirectoryReader(connection, deadline, responseTimeout));
                usable = true;
                return answer;
            } catch (LDAPException e) {
                usable = e.getResultCode().isConnectionUsable();
                replace = again && !usable;
                if (!replace) {
                    throw e;
                }
            } finally {
                if (usable) {
                    pool.releaseConnection(connection);
                } else if (!replace) {
                    pool.discardConnection(connection);
                }
            }
            connection = pool.replaceDefunctConnection(connection);
        }
    }

    @Override
    public void close() {
        looking.close();
        binding.close();
    }
}
