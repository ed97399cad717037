package io.gatehouse.plugin.kubernetes.review;

/** The two reviews, both of version v1, which every Kubernetes since 1.6 serves. */
enum ReviewKind {
    TOKEN("TokenReview", "authentication.k8s.io", "tokenreviews"),
    ACCESS("SubjectAccessReview", "authorization.k8s.io", "subjectaccessreviews");

    private final String word;
    private final String group;
    private final String resource;

    ReviewKind(String word, String group, String resource) {
        this.word = word;
        this.group = group;
        this.resource = resource;
    }

    /** Its {@code kind}. */
    String word() {
        return word;
    }

    String group() {
        return group;
    }

    String apiVersion() {
        return group + "/v1";
    }

    String resource() {
        return resource;
    }

    String path() {
        return "/apis/" + apiVersion() + "/" + resource;
    }
}
