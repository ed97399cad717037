package io.gatehouse.plugin.github;

import org.pac4j.oauth.client.OAuth20Client;
import org.pac4j.oauth.config.OAuth20Configuration;
import org.pac4j.oauth.credentials.authenticator.OAuth20Authenticator;
import org.pac4j.oauth.credentials.extractor.OAuth20CredentialsExtractor;
import org.pac4j.oauth.redirect.OAuth20RedirectionActionBuilder;

/** pac4j's client without its reader of accounts, which needs Jackson and is not asked: organisations it does not know. */
final class LoginClient extends OAuth20Client {

    LoginClient(OAuth20Configuration configuration) {
        setConfiguration(configuration);
    }

    @Override
    protected void internalInit(boolean again) {
        setRedirectionActionBuilderIfUndefined(new OAuth20RedirectionActionBuilder(configuration, this));
        setCredentialsExtractorIfUndefined(new OAuth20CredentialsExtractor(configuration, this));
        setAuthenticatorIfUndefined(new OAuth20Authenticator(configuration, this));
    }
}
