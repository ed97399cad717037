package io.gatehouse.plugin.oidc;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A call of the token endpoint as pac4j makes it, sent by our own client: bounded, and without redirects. */
final class TokenCall extends HTTPRequest {

    private final ProviderClient client;
    private final URI address;

    /** What the endpoint says to a call that it does not grant. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;
        private final String error;

        RefusedException(String error) {
            super("the issuer's token endpoint says " + error);
            this.error = error;
        }

        /** Such as {@code invalid_grant}, RFC 6749 5.2. */
        String error() {
            return error;
        }
    }

    TokenCall(ProviderClient client, URI address, HTTPRequest made) {
        super(Method.POST, address);
        this.client = client;
        this.address = address;
        setEntityContentType(made.getEntityContentType());
        made.getHeaderMap().forEach((name, values) -> setHeader(name, values.toArray(new String[0])));
        setBody(made.getBody());
    }

    @Override
    public HTTPResponse send() throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofString(getBody(), StandardCharsets.UTF_8));
        for (Map.Entry<String, List<String>> header : getHeaderMap().entrySet()) {
            header.getValue().forEach(value -> request.header(header.getKey(), value));
        }
        ProviderClient.Answer answer;
        try {
            answer = client.send(request.build());
        } catch (ProviderUnavailableException e) {
            throw new IOException(e.getMessage());
        }
        if (answer.status() != 200) {
            throw answer.status() / 100 == 4
                    ? new RefusedException(error(answer.body()))
                    : new IOException(address + " answered " + answer.status());
        }
        HTTPResponse response = new HTTPResponse(200);
        response.setEntityContentType(ContentType.APPLICATION_JSON);
        response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return response;
    }

    private static String error(byte[] body) {
        try {
            Object error = StrictJson.object(body).get("error");
            return error instanceof String text && text.matches("[a-z_]{1,60}") ? text : "nothing that is known";
        } catch (IllegalArgumentException e) {
            return "nothing that is JSON";
        }
    }
}
