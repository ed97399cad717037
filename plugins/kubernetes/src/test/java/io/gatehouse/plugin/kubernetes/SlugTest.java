package io.gatehouse.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTest {

    @ParameterizedTest
    @CsvSource({
        "main, main",
        "arn:aws:eks:eu-west-1:123456789012:cluster/Prod_1, arn-aws-eks-eu-west-1-123456789012-cluster-prod-1",
        "default/api.example.com:6443/alice, default-api.example.com-6443-alice",
        "alice@prod, alice-prod",
        "--a--b--, a-b",
        "../.., ''",
        "Zoë, zo",
        "İ, i"
    })
    void makesANameForATarget(String context, String slug) {
        assertThat(Slug.of(context)).isEqualTo(slug);
        assertThat(Slug.isSlug(slug)).isEqualTo(!slug.isEmpty());
    }
}
