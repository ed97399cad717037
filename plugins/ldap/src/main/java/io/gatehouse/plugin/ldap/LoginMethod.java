package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10RequestControl;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Secret;
import java.net.InetAddress;
import java.util.Optional;

/** How a password is proven. */
interface LoginMethod {

    /**
     * What somebody offers.
     *
     * @param typed the name as it was typed
     * @param user the same without a domain around it
     * @param password not empty, and not only blanks
     * @param client where it came from
     */
    record Attempt(String typed, String user, Secret password, InetAddress client) {

        /** A bind that also asks what the password policy says. */
        SimpleBindRequest bindAs(String name) {
            return new SimpleBindRequest(
                    name, password.reveal(), new DraftBeheraLDAPPasswordPolicy10RequestControl(false));
        }
    }

    /**
     * Judges it.
     *
     * @return nothing when there were too many guesses, and this one was not looked at
     * @throws LDAPException when it can not be told
     */
    Optional<AuthenticationResult> login(Attempt attempt, Deadline deadline) throws LDAPException;
}
