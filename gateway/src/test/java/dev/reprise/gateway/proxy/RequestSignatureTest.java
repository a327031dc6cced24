package dev.reprise.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S12: who signs, whatever the signature of this attempt is. */
class RequestSignatureTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261128/eu-west-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc | AKIDEXAMPLE",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-east-1/ec2/aws4_request,SignedHeaders=host,Signature=def | AKIDEXAMPLE",
                "AWS4-ECDSA-P256-SHA256 Credential=AKID/20261128/ec2/aws4_request, SignedHeaders=host, Signature=1 | AKID",
                "GOOG4-RSA-SHA256 Credential=me@example/20261128/auto/storage/goog4_request, SignedHeaders=host, Signature=1 | me@example",
                "TC3-HMAC-SHA256 Credential=AKID/2026-11-28/cvm/tc3_request, SignedHeaders=host, Signature=1 | AKID",
                "HMAC-SHA256 Credential=id-1&SignedHeaders=date;host&Signature=abc= | id-1",
                "AWS AKIDEXAMPLE:abc= | AKIDEXAMPLE",
                "SharedKey account:abc= | account",
                "Signature keyId=\"test-key\",algorithm=\"hs2019\",headers=\"date\",signature=\"x\" | test-key",
                "sig1=(\"@method\" \"@path\");created=1618884473;keyid=\"test-key-ed25519\" | test-key-ed25519",
                "Hawk id=\"dh37\", ts=\"1353832234\", nonce=\"j4h3g2\", mac=\"6R4r\" | dh37",
                "Digest username=\"Mufasa\", realm=\"x\", nonce=\"1\", response=\"2\" | Mufasa",
            })
    void is_named_in_the_field(String value, String signer) {
        assertThat(RequestSignature.of(value)).map(RequestSignature::signer).contains(signer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OAuth realm=\"x\", oauth_consumer_key=\"c\", oauth_token=\"t\", oauth_nonce=\"1\"",
                "oauth oauth_token=\"t\",oauth_signature=\"s\",oauth_consumer_key=\"c\""
            })
    void is_a_consumer_with_its_token_in_oauth(String value) {
        assertThat(RequestSignature.of(value)).map(RequestSignature::signer).contains("c\nt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer abc",
                "Bearer a-b:c",
                "Basic YTpi",
                "DPoP eyJhbGciOi",
                "AWS4-HMAC-SHA256",
                "AWS4-HMAC-SHA256 Credential=, Signature=x",
                "AWS :abc",
                "token Credential=x",
                "Digest realm=\"x\""
            })
    void is_nobody_where_each_attempt_has_the_same_value(String value) {
        assertThat(RequestSignature.of(value)).isEmpty();
    }
}
