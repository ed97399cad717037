package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the authenticator {@code oauth2}, one for each provider. The provider is not asked here. */
public final class OAuth2AuthenticatorFactory implements AuthenticatorFactory {

    private static final Logger LOG = LoggerFactory.getLogger(OAuth2AuthenticatorFactory.class);

    @Override
    public String name() {
        return "oauth2";
    }

    @Override
    public List<Setting<?>> settings() {
        return OAuth2Settings.all();
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        OAuth2SettingsReader reader = new OAuth2SettingsReader(settings, context.name());
        ProviderClient client = reader.client();
        OAuth2CodeFlow.Provider provider = reader.provider(client);
        UserInfoRules rules = reader.rules();
        reader.requireNoProblems();
        if (settings.get(OAuth2Settings.ANY_ACCOUNT)) {
            LOG.warn("{}: any-account: true lets everybody log in who has an account", context.name());
        }
        return new OAuth2Login(
                context.name(),
                settings.find(OAuth2Settings.TITLE).orElse(context.name()),
                new OAuth2CodeFlow(provider, client),
                rules);
    }
}
