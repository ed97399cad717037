package io.gatehouse.plugin.github;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the authenticator {@code github}. GitHub is not asked here. */
public final class GitHubAuthenticatorFactory implements AuthenticatorFactory {

    private static final Logger LOG = LoggerFactory.getLogger(GitHubAuthenticatorFactory.class);

    @Override
    public String name() {
        return "github";
    }

    @Override
    public List<Setting<?>> settings() {
        return GitHubSettings.list();
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        SettingsReader reader = new SettingsReader(settings);
        Optional<Endpoints> endpoints = reader.endpoints();
        HttpCalls http = reader.http();
        IdentityRules rules = reader.rules();
        Optional<GitHubAuthenticator.TokenRules> tokens = reader.tokens(context.clock());
        reader.requireNoProblems();
        if (settings.get(GitHubSettings.ANY_ACCOUNT)) {
            LOG.warn("{}: any-account: true lets everybody log in who has an account", context.name());
        }
        Endpoints where = endpoints.orElseThrow();
        CodeFlow flow = new CodeFlow(
                http, where, settings.get(GitHubSettings.CLIENT_ID), settings.get(GitHubSettings.CLIENT_SECRET));
        return new GitHubAuthenticator(
                new GitHubAuthenticator.Parts(
                        context.name(),
                        settings.get(GitHubSettings.TITLE),
                        flow,
                        new AccountReader(http, where),
                        rules),
                tokens);
    }
}
