package lint

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// stories plays a conversation and tells which of its sessions belong together.
func stories(x script.Example) (out []string) {
	tl := session.New(session.Options{Judge: New(Config{})})
	x.Play(tl, began)
	for _, s := range session.Stories(tl.Snapshot().Sessions()) {
		out = append(out, fmt.Sprintf("%s %v %s", s.Kind, s.Sessions, s.Words.Show(false)))
	}
	return out
}

// refusing refuses a connection to an application with these words.
func refusing(app, words string, more ...amf.Member) script.Act {
	return script.Do(script.Hi, script.ConnectTo(app, "rtmp://10.0.0.2/"+app),
		script.Call(server, 0, str("_error"), num(1), nul, script.Status("error", "NetConnection.Connect.Rejected", words, more...)), script.Fin(server), script.Fin(client))
}

// publishes connects to an application, publishes for n seconds and leaves.
func publishes(app string, n int) script.Act {
	return script.Do(script.Hi, script.ConnectTo(app, "rtmp://10.0.0.2/"+app), script.Accept(), script.Created, script.PublishKey, script.Started, script.Headers(client), script.Frames(client, 0, 25*n), script.Goodbye)
}

// login is a login as Adobe's and Limelight's servers want it: two refusals that
// say what is missing, then a connection with the answer in the query of app.
func login(scheme, challenge string, last script.Act) script.Example {
	ask := "[ AccessManager.Reject ] : [ code=403 need auth; authmod=" + scheme + " ] : "
	user := "live?authmod=" + scheme + "&user=me"
	return script.Example{refusing("live", ask), script.Again, refusing(user, "[ AccessManager.Reject ] : [ authmod="+scheme+" ] : ?reason=needauth&user=me&"+challenge), script.Again,
		last}
}

func TestStories(t *testing.T) {
	adobe := "salt=MTIz&challenge=abc=&opaque=xyz="
	for name, c := range map[string]struct {
		x    script.Example
		want []string
	}{
		"one session": {script.Example{publishes("live", 1)}, nil},
		"an Adobe login": {login("adobe", adobe, publishes("live?authmod=adobe&user=me&challenge=q&response=r&opaque=xyz", 1)),
			[]string{"attempts [1 2 3] 3 attempts in 32 ms: asked to log in, given salt and challenge, published; a login in three connections is normal"}},
		"a Limelight login": {login("llnw", "nonce=7f", publishes("live?authmod=llnw&user=me&nonce=7f&cnonce=8&nc=00000001&response=r", 1)),
			[]string{"attempts [1 2 3] 3 attempts in 32 ms: asked to log in, given salt and challenge, published; a login in three connections is normal"}},
		"a wrong password": {login("adobe", adobe, refusing("live?authmod=adobe&user=me&response=r", "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=xyz")),
			[]string{"attempts [1 2 3] 3 attempts in 32 ms: asked to log in, given salt and challenge, login failed: wrong password; a login in three connections is normal"}},
		"a reconnect loop": {script.Example{shortTry, script.After(3 * time.Second), script.Again, shortTry, script.After(3 * time.Second), script.Again, publishes("live", 2)},
			[]string{"attempts [1 2 3] 3 attempts in 6.0 s: refused (NetStream.Publish.Denied) ×2, published"}},
		"a pause of a minute": {script.Example{shortTry, script.Silence(time.Minute), script.Again, shortTry}, nil},
		"a redirect": {script.Example{refusing("live", "moved", prop("ex", obj(prop("code", num(302)), prop("redirect", str("rtmp://10.0.0.3/edge"))))), script.Again, publishes("edge", 1)},
			[]string{"attempts [1 2] 2 attempts in 16 ms: sent to rtmp://10.0.0.3/edge, published"}},
		"a reconnect request": {script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 25),
			script.Call(server, 0, str("onStatus"), num(0), nul, script.Status("status", "NetConnection.Connect.ReconnectRequest", "", prop("tcUrl", str("rtmp://10.0.0.3/live")))), script.Fin(client), script.Fin(server), script.Again, publishes("live", 1)},
			[]string{"attempts [1 2] 2 attempts in 1.0 s: sent to rtmp://10.0.0.3/live, published"}},
		"a name that is taken": {script.Example{script.Publishing, script.Headers(client), script.Frames(client, 0, 5), script.Again, script.Connected, script.Created, script.PublishKey, script.OnStatus("error", "NetStream.Publish.BadName", "taken"), script.Fin(client), script.Fin(server)},
			[]string{"rivals [1 2] 2 publishers of live/••••cc7d at once: session 1 published for 248 ms, session 2 refused (NetStream.Publish.BadName)"}},
		"an unknown application": {script.Example{knock, script.After(time.Second), script.Again, knock}, []string{"attempts [1 2] 2 attempts in 1.0 s: closed after connect ×2"}},
	} {
		if diff := cmp.Diff(c.want, stories(c.x)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
