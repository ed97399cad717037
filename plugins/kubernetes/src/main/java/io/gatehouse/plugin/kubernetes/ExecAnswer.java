package io.gatehouse.plugin.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.UpstreamCredential;
import io.gatehouse.spi.UpstreamCredential.ClientKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads the {@code ExecCredential} that a helper wrote. No message shows any of it. */
final class ExecAnswer {

    private final ExecSpec spec;
    private final Instant now;
    private final Duration undatedAge;

    ExecAnswer(ExecSpec spec, Instant now, Duration undatedAge) {
        this.spec = spec;
        this.now = now;
        this.undatedAge = undatedAge;
    }

    UpstreamCredential read(String output) throws CredentialUnavailableException {
        JsonObject answer = parse(output);
        if (!text(answer, "kind").equals(Optional.of("ExecCredential"))) {
            throw failure("did not answer with an ExecCredential");
        }
        if (!text(answer, "apiVersion").equals(Optional.of(spec.apiVersion()))) {
            throw failure("did not answer with apiVersion " + spec.apiVersion());
        }
        if (!(answer.get("status") instanceof JsonObject status)) {
            throw failure("answered without status");
        }
        Optional<Secret> authorization = authorization(status);
        Optional<ClientKey> clientKey = clientKey(status);
        if (authorization.isEmpty() && clientKey.isEmpty()) {
            throw failure("answered with neither token nor clientCertificateData");
        }
        return new UpstreamCredential(authorization, clientKey, Optional.of(expires(status)));
    }

    private JsonObject parse(String output) throws CredentialUnavailableException {
        try {
            if (JsonParser.parseString(output) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException e) {
            throw failure("did not answer with JSON");
        }
        throw failure("did not answer with JSON");
    }

    private Optional<Secret> authorization(JsonObject status) throws CredentialUnavailableException {
        Optional<String> token = text(status, "token");
        if (token.isPresent() && !BearerToken.isUsable(token.get())) {
            throw failure("answered with a token that can not stand in a header");
        }
        return token.map(BearerToken::authorization);
    }

    private Optional<ClientKey> clientKey(JsonObject status) throws CredentialUnavailableException {
        Optional<String> certificates = text(status, "clientCertificateData");
        Optional<String> key = text(status, "clientKeyData");
        if (certificates.isPresent() != key.isPresent()) {
            throw failure("answered with one of clientCertificateData and clientKeyData without the other");
        }
        if (certificates.isPresent() && !PemText.isCertificates(certificates.get())) {
            throw failure("answered with clientCertificateData that is not PEM");
        }
        return certificates.map(pem -> new ClientKey(pem, Secret.of(key.get())));
    }

    private Instant expires(JsonObject status) throws CredentialUnavailableException {
        Optional<String> text = text(status, "expirationTimestamp");
        if (text.isEmpty()) {
            return now.plus(undatedAge);
        }
        Instant expires;
        try {
            expires = Instant.parse(text.get());
        } catch (DateTimeException e) {
            throw failure("answered with an expirationTimestamp that is not a time");
        }
        if (!expires.isAfter(now)) {
            throw failure("answered with a credential that expired at " + expires);
        }
        return expires;
    }

    /** A text; an empty one counts as absent. */
    private Optional<String> text(JsonObject object, String key) throws CredentialUnavailableException {
        JsonElement value = object.get(key);
        if (value == null || value.isJsonNull()) {
            return Optional.empty();
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw failure("answered with " + key + " that is not a text");
        }
        return Optional.of(value.getAsString()).filter(text -> !text.isEmpty());
    }

    private CredentialUnavailableException failure(String message) {
        return new CredentialUnavailableException(spec + " " + message);
    }
}
