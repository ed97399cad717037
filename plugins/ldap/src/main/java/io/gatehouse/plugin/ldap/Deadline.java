package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** When a login has to be through, however many questions it takes. */
final class Deadline {

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /**
     * The time for the next question.
     *
     * @throws LDAPException when there is none left
     */
    long atMostMillis(Duration bound) throws LDAPException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new LDAPException(ResultCode.TIME_LIMIT_EXCEEDED, "the login took too long");
        }
        return Math.min(left, bound.toMillis());
    }
}
