package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes the authenticator {@code oidc}, one for each issuer. Nothing waits for the issuer. */
public final class OidcAuthenticatorFactory implements AuthenticatorFactory {

    @Override
    public String name() {
        return "oidc";
    }

    @Override
    public List<Setting<?>> settings() {
        return OidcSettings.all();
    }

    /**
     * A token that was verified is known at once, and a signature takes less than a thread hop. Those who wait for an
     * issuer's keys are bounded in number and seconds.
     */
    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        ExecutorService background = background(context.name());
        try {
            return create(settings, context, background, background::shutdownNow);
        } catch (ConfigurationException e) {
            background.shutdownNow();
            throw e;
        }
    }

    /** @param stop ends the background */
    Authenticator create(Settings settings, PluginContext context, Executor background, Runnable stop) {
        OidcSettingsReader reader = new OidcSettingsReader(settings, context.clock());
        ProviderClient client = reader.client();
        String issuer = reader.issuer(client);
        Provider.Times times = reader.times();
        Set<String> algorithms = reader.algorithms();
        ClaimsPolicy policy = reader.policy();
        IdentityRules rules = reader.rules();
        Optional<OidcLogin.Choices> login = reader.login(context.name());
        boolean groupsFromUserInfo = reader.groupsFromUserInfo();
        reader.requireNoProblems();
        Provider provider = new Provider(issuer, client, times, context.clock(), background);
        if (!context.checkOnly()) {
            provider.peek(); // begins to fetch, so that the first token need not wait
        }
        TokenJudge judge = new TokenJudge(provider, algorithms);
        OidcAuthenticator bearer = new OidcAuthenticator(issuer, provider, judge, policy, rules, stop);
        if (login.isEmpty()) {
            return bearer;
        }
        ClaimsPolicy ours = policy.forClient(login.get().client().id());
        LoginTokens tokens = new LoginTokens(issuer, provider, client, judge, ours, rules, groupsFromUserInfo);
        LogoutTokens logouts = new LogoutTokens(issuer, judge, ours);
        return new OidcLogin(issuer, bearer, provider, client, tokens, logouts, login.get(), context.clock());
    }

    private static ExecutorService background(String name) {
        return new ThreadPoolExecutor(0, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), task -> {
            Thread thread = new Thread(task, "gatehouse-oidc-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
