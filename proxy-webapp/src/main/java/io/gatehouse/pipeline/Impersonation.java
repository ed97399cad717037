package io.gatehouse.pipeline;

import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * As whom a request wants to be taken, by kube-apiserver's {@code Impersonate-} headers
 * ({@code k8s.io/apiserver/pkg/endpoints/filters/impersonation}). Stricter than there: a header of this kind that is
 * unknown, empty, or stands twice where one is meant, is refused and not overlooked.
 *
 * @param uid empty when none is asked for
 * @param groups those that are asked for, without any that come by themselves
 */
record Impersonation(String user, Optional<String> uid, List<String> groups, Map<String, List<String>> extra) {

    /** Where the person who really asks is told to an upstream. */
    static final String ORIGINAL_USER = "original-user.gatehouse.io";

    /** Each is judged by itself. */
    static final int MOST_VALUES = 128;

    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = "extra-";

    /**
     * Reads the headers of a request that has some.
     *
     * @throws InvalidRequestException 400 when they have no reading, 431 when they are too many
     */
    static Impersonation of(HttpServletRequest request) {
        List<String> users = new ArrayList<>();
        List<String> uids = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        Map<String, List<String>> extra = new LinkedHashMap<>();
        int count = 0;
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            String lower = name.toLowerCase(Locale.ROOT);
            if (!lower.startsWith(PREFIX)) {
                continue;
            }
            List<String> into = list(lower.substring(PREFIX.length()), users, uids, groups, extra);
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                if (++count > MOST_VALUES) {
                    throw new InvalidRequestException(
                            431, "more than " + MOST_VALUES + " values are to be impersonated");
                }
                into.add(checked(name, values.nextElement()));
            }
        }
        if (users.size() != 1) {
            throw new InvalidRequestException(
                    users.isEmpty()
                            ? "impersonation without Impersonate-User"
                            : "the header Impersonate-User stands there more than once");
        }
        if (uids.size() > 1) {
            throw new InvalidRequestException("the header Impersonate-Uid stands there more than once");
        }
        return new Impersonation(users.get(0), uids.stream().findFirst(), List.copyOf(groups), extra);
    }

    private static List<String> list(
            String kind, List<String> users, List<String> uids, List<String> groups, Map<String, List<String>> extra) {
        return switch (kind) {
            case "user" -> users;
            case "uid" -> uids;
            case "group" -> groups;
            default -> {
                if (!kind.startsWith(EXTRA) || kind.length() == EXTRA.length()) {
                    throw new InvalidRequestException("a header starts with Impersonate- and is none that is known");
                }
                String key = decoded(kind.substring(EXTRA.length()));
                if (key.equals(ORIGINAL_USER)) {
                    throw new InvalidRequestException("the extra " + ORIGINAL_USER + " is Gatehouse's own");
                }
                yield extra.computeIfAbsent(key, unknown -> new ArrayList<>());
            }
        };
    }

    private static String checked(String name, String value) {
        if (value.isEmpty() || !Header.isValue(value)) {
            throw new InvalidRequestException("the header " + name + " is empty or has a character beyond ASCII");
        }
        return value;
    }

    /** Percent-decoded once; one that is malformed stays as it is. */
    private static String decoded(String key) {
        ByteBuffer bytes = ByteBuffer.allocate(key.length());
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            int high = digit(key, i + 1);
            int low = digit(key, i + 2);
            if (high < 0 || low < 0) {
                return key;
            }
            bytes.put((byte) (high * 16 + low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("the key of an extra to be impersonated is not UTF-8");
        }
    }

    private static int digit(String text, int index) {
        return index < text.length() ? Character.digit(text.charAt(index), 16) : -1;
    }

    /** Who is judged: with the groups that Kubernetes adds by itself. */
    Identity judged(Identity person) {
        return identity(ImpersonatedGroups.of(user, groups), extra, person);
    }

    /** Who is told to the upstream, which adds groups itself: with the person who really asks. */
    Identity outward(Identity person) {
        Map<String, List<String>> told = new LinkedHashMap<>(extra);
        told.put(ORIGINAL_USER, List.of(person.user()));
        return identity(groups, told, person);
    }

    private Identity identity(List<String> newGroups, Map<String, List<String>> newExtra, Identity person) {
        return new Identity(user, uid, newGroups, newExtra, Identity.IMPERSONATION, person.expires());
    }
}
