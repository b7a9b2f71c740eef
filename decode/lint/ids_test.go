package lint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// identifiers are the names of the rules. They are stable: filters, exports and
// other people's configuration name them.
const identifiers = `
amf-data-no-name amf-ecma-count amf-metadata-malformed amf-name-too-long amf-null-in-metadata
amf-object-end-extra amf-object-end-missing amf-stray-leading-00 amf-truncated amf-unknown-marker
amf3-type17-prefix
av-aac-adts av-annexb av-av1-obu av-bframes-no-cts av-captions av-codec-change av-codec-unknown av-command-frame
av-config-change av-cts-negative av-drift av-enhanced-malformed av-first-not-key av-fourcc-byteswapped
av-frametype-lie av-frametype-reserved av-gop-long av-header-only av-hevc-as-avc av-legacy-hevc-12
av-media-stopped av-meta-mismatch av-meta-missing av-meta-tracks av-multitrack av-nalu-length av-no-audio-header
av-no-keyframe av-no-media av-no-video-header av-one-track-dead av-rate-mismatch av-wrong-stream
chunk-abort chunk-aggregate chunk-c3-in-payload chunk-control-wrong-csid chunk-csid-too-large
chunk-extts-abs-vs-delta chunk-extts-missing chunk-extts-wrong-value chunk-fmt3-no-delta
chunk-fresh-csid-not-fmt0 chunk-header-mid-message chunk-interleave-illegal chunk-length-overflow
chunk-msid-endianness chunk-msid-range chunk-not-chunked chunk-overhead chunk-size-huge chunk-size-invalid
chunk-size-late chunk-size-short-payload chunk-size-tiny chunk-unknown-type chunk-zero-length
cmd-abrupt-end cmd-app-empty cmd-app-query cmd-auth-challenge cmd-badname cmd-call-unanswered
cmd-caps-not-echoed cmd-closed-after-message cmd-closed-early cmd-codec-bits-zero cmd-connect-no-answer
cmd-connect-rejected cmd-connect-silent-close cmd-deletestream-msid cmd-enhanced-refused cmd-fcpublish-unanswered
cmd-fourcc-unannounced cmd-hung-open cmd-key-misplaced cmd-key-special cmd-media-before-start cmd-name-near
cmd-name-slash cmd-oe-mismatch cmd-onstatus-wrong-msid cmd-play-closed cmd-play-refused cmd-publish-no-status
cmd-publish-no-type cmd-publish-refused cmd-publish-silent-close cmd-reconnect-loop cmd-reconnect-request
cmd-redirect cmd-result-unmatched cmd-start-then-close cmd-status-error cmd-stream-uncreated
cmd-swf-verification cmd-tcurl-invalid
cmd-tcurl-mangled cmd-tcurl-mismatch cmd-tcurl-userinfo cmd-txn-missing
desync
flow-ack-missing flow-ack-not-cumulative flow-ack-stall flow-ack-wrap flow-backpressure flow-idle-drop
flow-ping-unanswered flow-rate-deficit flow-slow-receiver
hs-coalesced-tail hs-cut hs-deadlock hs-digest-fallback hs-digest-mismatch hs-no-server-answer hs-proxy-header
hs-rtmpe-opaque hs-s2-not-echo hs-short-c2 hs-version-unsupported
http-on-rtmp-port
plain-on-tls-port
rtmpt-no-close rtmpt-refused
tls-cert-rejected tls-cert-unchecked tls-client-refused tls-on-plain-port tls-upstream-cert tls-upstream-failed
ts-backwards ts-delta-negative ts-jump ts-limit-near ts-same-start ts-underflow ts-unit ts-wrap
upstream-unreachable
`

func TestIdentifiers(t *testing.T) {
	var got []string
	for _, r := range Rules() {
		got = append(got, r.ID)
		for _, s := range []string{r.Title, r.Why, r.Fix, r.Source} {
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s does not say everything about itself", r.ID)
			}
		}
		for _, other := range r.Explains {
			if _, known := Find(other); !known || other == r.ID {
				t.Errorf("%s explains %s, which is no other rule", r.ID, other)
			}
		}
		for _, name := range r.Thresholds {
			(&Config{}).threshold(name)
		}
	}
	if diff := cmp.Diff(strings.Fields(identifiers), got); diff != "" {
		t.Error(diff)
	}

}

func TestOneRuleOneName(t *testing.T) {
	before := len(table)
	defer func() {
		if said := recover(); said == nil {
			t.Error("a second rule took the name desync without a word")
		}
		if len(table) != before {
			t.Errorf("the table has %d rules, %d before", len(table), before)
		}
	}()
	register(Rule{ID: "desync"})
}
