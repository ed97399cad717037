package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.controls.PasswordExpiredControl;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ErrorType;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ResponseControl;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a directory says to somebody's password: with Active Directory's sub-codes, the password policy control of OpenLDAP
 * and others (draft-behera-ldap-password-policy-10), and that of 389 Directory Server.
 *
 * @param verdict what it comes to
 * @param words why, for the record and the log
 */
record BindAnswer(Verdict verdict, String words) {

    enum Verdict {
        RIGHT,
        /** Wrong, or right and of no use. */
        REFUSED,
        /** There is nobody of that name. */
        UNKNOWN
    }

    private static final Pattern SUB_CODE = Pattern.compile("\\bdata ([0-9a-fA-F]{1,8})\\b");

    private static final String NO_SUCH_USER = "525";

    private static final Map<String, String> SUB_CODES = Map.of(
            NO_SUCH_USER,
            "there is no such user",
            "52e",
            "wrong password",
            "530",
            "not at this time of day",
            "531",
            "not from this machine",
            "532",
            "the password has expired",
            "533",
            "the account is disabled",
            "534",
            "the account may not log in this way",
            "701",
            "the account has expired",
            "773",
            "the password must be changed first",
            "775",
            "the account is locked");

    /** What else than 49 says no to this password, and not that the server can not tell. */
    private static final Set<ResultCode> REFUSALS = Set.of(
            ResultCode.INVALID_CREDENTIALS,
            ResultCode.INAPPROPRIATE_AUTHENTICATION,
            ResultCode.NO_SUCH_OBJECT,
            ResultCode.INVALID_DN_SYNTAX,
            ResultCode.INSUFFICIENT_ACCESS_RIGHTS,
            ResultCode.CONSTRAINT_VIOLATION,
            ResultCode.UNWILLING_TO_PERFORM);

    /** @throws LDAPException when it can not be told */
    static BindAnswer of(BindResult result) throws LDAPException {
        Optional<String> policy = policy(result);
        if (result.getResultCode().equals(ResultCode.SUCCESS)) {
            return policy.map(words -> new BindAnswer(Verdict.REFUSED, words))
                    .orElseGet(() -> new BindAnswer(Verdict.RIGHT, ""));
        }
        if (!REFUSALS.contains(result.getResultCode())) {
            throw new LDAPException(result);
        }
        if (policy.isPresent()) {
            return new BindAnswer(Verdict.REFUSED, policy.get());
        }
        Matcher code = SUB_CODE.matcher(String.valueOf(result.getDiagnosticMessage()));
        if (code.find()) {
            String number = code.group(1).toLowerCase(Locale.ROOT);
            String words = SUB_CODES.getOrDefault(number, "refused") + " (" + number + ")";
            return new BindAnswer(number.equals(NO_SUCH_USER) ? Verdict.UNKNOWN : Verdict.REFUSED, words);
        }
        int number = result.getResultCode().intValue();
        boolean plain = result.getResultCode().equals(ResultCode.INVALID_CREDENTIALS);
        return new BindAnswer(Verdict.REFUSED, (plain ? "wrong password" : "refused") + " (" + number + ")");
    }

    /** What the password policy has against it; a password that may be used a few times yet is right. */
    private static Optional<String> policy(BindResult result) throws LDAPException {
        DraftBeheraLDAPPasswordPolicy10ResponseControl control =
                DraftBeheraLDAPPasswordPolicy10ResponseControl.get(result);
        DraftBeheraLDAPPasswordPolicy10ErrorType error = control == null ? null : control.getErrorType();
        if (error != null) {
            return Optional.of(
                    switch (error) {
                        case PASSWORD_EXPIRED -> "the password has expired (policy)";
                        case ACCOUNT_LOCKED -> "the account is locked (policy)";
                        case CHANGE_AFTER_RESET -> "the password must be changed first (policy)";
                        default -> "refused (policy: " + error.getName() + ")";
                    });
        }
        return PasswordExpiredControl.get(result) == null
                ? Optional.empty()
                : Optional.of("the password has expired or must be changed first (policy)");
    }
}
