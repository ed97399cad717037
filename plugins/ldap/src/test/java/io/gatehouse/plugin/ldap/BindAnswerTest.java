package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.controls.PasswordExpiredControl;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ErrorType;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ResponseControl;
import io.gatehouse.spi.AuthenticationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindAnswerTest extends LdapTesting {

    private void bindFails(ResultCode code, String message) {
        directory.onBind(request -> {
            if (!request.getRequest().getBindDN().equals(TestDirectory.SERVICE)) {
                throw new LDAPException(code, message);
            }
        });
    }

    private void bindEnds(ResultCode code, Control control) {
        directory.onBound(result -> {
            if (!result.getRequest().getBindDN().equals(TestDirectory.SERVICE)) {
                result.setResult(new BindResult(1, code, null, null, null, new Control[] {control}));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "52e, wrong password (52e)",
        "525, there is no such user (525)",
        "530, not at this time of day (530)",
        "531, not from this machine (531)",
        "532, the password has expired (532)",
        "533, the account is disabled (533)",
        "534, the account may not log in this way (534)",
        "701, the account has expired (701)",
        "773, the password must be changed first (773)",
        "775, the account is locked (775)",
        "52E, wrong password (52e)",
        "1234, refused (1234)"
    })
    void knowsActiveDirectorysSubCodes(String code, String words) {
        bindFails(
                ResultCode.INVALID_CREDENTIALS,
                "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data " + code + ", v1db1");
        assertThat(ask(create(), "alice")).isEqualTo(AuthenticationResult.rejected("\"alice\": " + words));
    }

    @ParameterizedTest
    @CsvSource({
        "ACCOUNT_LOCKED, the account is locked (policy)",
        "PASSWORD_EXPIRED, the password has expired (policy)",
        "CHANGE_AFTER_RESET, the password must be changed first (policy)"
    })
    void knowsThePasswordPolicyOfARefusedAndOfATakenPassword(
            DraftBeheraLDAPPasswordPolicy10ErrorType error, String words) {
        Control control = new DraftBeheraLDAPPasswordPolicy10ResponseControl(null, -1, error);
        AuthenticationResult expected = AuthenticationResult.rejected("\"alice\": " + words);
        bindEnds(ResultCode.INVALID_CREDENTIALS, control);
        assertThat(ask(create(), "alice")).isEqualTo(expected);
        bindEnds(ResultCode.SUCCESS, control);
        assertThat(ask(create(), "alice")).isEqualTo(expected);
    }

    @Test
    void knowsThePasswordPolicyOf389() {
        bindEnds(ResultCode.SUCCESS, new PasswordExpiredControl());
        assertThat(ask(create(), "alice"))
                .isEqualTo(AuthenticationResult.rejected(
                        "\"alice\": the password has expired or must be changed first (policy)"));
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 32, 34, 48, 49, 50, 53})
    void aRefusalIsRejected(int code) {
        bindFails(ResultCode.valueOf(code), "no");
        assertThat(ask(create(), "alice"))
                .isEqualTo(AuthenticationResult.rejected(
                        "\"alice\": " + (code == 49 ? "wrong password" : "refused") + " (" + code + ")"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 10, 13, 51, 52, 80, 118})
    void whatIsNoRefusalIsUnavailable(int code) {
        bindFails(ResultCode.valueOf(code), "not now");
        assertThat(ask(create(), "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }
}
