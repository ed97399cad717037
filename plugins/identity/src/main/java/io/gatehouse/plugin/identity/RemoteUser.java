package io.gatehouse.plugin.identity;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.UpstreamIdentity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells an application who asks, in headers that it trusts; the defaults are those of kube-apiserver's front proxy
 * ({@code --requestheader-*}). The application must be reachable through Gatehouse alone.
 */
final class RemoteUser implements UpstreamIdentity {

    private final String userHeader;
    private final String groupsHeader;
    private final Optional<String> groupsSeparator;
    private final Optional<String> uidHeader;
    private final Optional<String> extraPrefix;

    RemoteUser(
            String userHeader,
            String groupsHeader,
            Optional<String> groupsSeparator,
            Optional<String> uidHeader,
            Optional<String> extraPrefix) {
        this.userHeader = userHeader;
        this.groupsHeader = groupsHeader;
        this.groupsSeparator = groupsSeparator;
        this.uidHeader = uidHeader;
        this.extraPrefix = extraPrefix;
    }

    @Override
    public Set<String> managedHeaders() {
        Set<String> names = new LinkedHashSet<>(List.of(userHeader, groupsHeader));
        uidHeader.ifPresent(names::add);
        extraPrefix.ifPresent(names::add);
        return names;
    }

    @Override
    public OutboundIdentity outbound(Identity identity, Credential credential) {
        try {
            HeaderList headers = new HeaderList();
            headers.add(userHeader, identity.user(), "the user");
            addGroups(headers, identity.groups());
            if (uidHeader.isPresent() && identity.uid().isPresent()) {
                headers.add(uidHeader.get(), identity.uid().get(), "the uid");
            }
            if (extraPrefix.isPresent()) {
                headers.addExtra(extraPrefix.get(), identity.extra());
            }
            return new OutboundIdentity.Headers(headers.toList());
        } catch (HeaderList.Unspeakable e) {
            return new OutboundIdentity.Refused(e.getMessage());
        }
    }

    private void addGroups(HeaderList headers, List<String> groups) throws HeaderList.Unspeakable {
        if (groupsSeparator.isEmpty()) {
            for (String group : groups) {
                headers.add(groupsHeader, group, "a group");
            }
            return;
        }
        for (String group : groups) {
            if (group.isEmpty() || group.contains(groupsSeparator.get())) {
                throw new HeaderList.Unspeakable("a group is empty or contains the groups-separator");
            }
        }
        if (!groups.isEmpty()) {
            headers.add(groupsHeader, String.join(groupsSeparator.get(), groups), "the list of groups");
        }
    }
}
