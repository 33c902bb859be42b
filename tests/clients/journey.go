// A member's first visit, through the client that OpenAPI Generator makes. See docs/api-clients.md.
//
//	PARLEY_URL=http://127.0.0.1:8000 ./journey
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"sort"
	"strings"

	"example.org/journey/parley"
)

const (
	password     = "three quiet rivers"
	nobodysTopic = 1<<53 - 1
)

var bodies = []string{"去过一次。", "Once.", "Never.", "下个月去！", "Next year.", "Why?", "因为好看。"}

// visit holds the client and, once there is one, the token, which travels in the context.
type visit struct {
	api  *parley.APIClient
	ctx  context.Context
	name string
}

// expect hands on the answer that was hoped for; anything else ends the program.
func expect[T any](answer T, _ *http.Response, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return answer
}

// refusal is the problem, in the client's own type, that a call was refused with.
func refusal(err error) parley.Problem {
	var refused *parley.GenericOpenAPIError
	if errors.As(err, &refused) {
		if problem, ok := refused.Model().(parley.Problem); ok {
			return problem
		}
	}
	log.Fatalf("not refused with a problem: %v", err)
	return parley.Problem{}
}

// token is what nobody else has: a name's end, or an Idempotency-Key.
func token() string {
	drawn := make([]byte, 6)
	if _, err := rand.Read(drawn); err != nil {
		log.Fatal(err)
	}
	return fmt.Sprintf("%x", drawn)
}

// numbers shows the numbers of posts in a row.
func numbers(posts []parley.PostOut) string {
	shown := make([]string, len(posts))
	for i, post := range posts {
		shown[i] = fmt.Sprint(post.GetNumber())
	}
	return strings.Join(shown, " ")
}

// look reads without an account: what is open to everybody is answered without a token.
func (v *visit) look() {
	meta := expect(v.api.SiteAPI.GetMeta(v.ctx).Execute())
	fmt.Println("visited", meta.Name)
}

// signUp registers, and confirms with the token that was mailed.
func (v *visit) signUp() {
	v.name = "member-" + token()
	registration := *parley.NewRegister(v.name, v.name+"@example.org", password)
	sent := expect(v.api.AuthAPI.RegisterUser(v.ctx).Register(registration).IdempotencyKey(token()).Execute())
	fmt.Println("registered", v.name, sent.Status)
	input := bufio.NewScanner(os.Stdin)
	input.Scan() // what follows `#token=` in the mail's link
	confirmation := *parley.NewConfirm(input.Text())
	confirmed := expect(v.api.AuthAPI.ConfirmRegistration(v.ctx).Confirm(confirmation).Execute())
	fmt.Println("confirmed", confirmed.User.Username)
}

// signIn shows the token with every call from here on.
func (v *visit) signIn() {
	session := expect(v.api.AuthAPI.Login(v.ctx).Login(*parley.NewLogin(v.name, password)).Execute())
	v.ctx = context.WithValue(v.ctx, parley.ContextAccessToken, session.AccessToken)
	fmt.Println("signed in", session.User.Username)
}

// mayPostIn finds the categories, at any depth, where the caller may open topics.
func mayPostIn(categories []parley.CategoryOut) []parley.CategoryOut {
	var found []parley.CategoryOut
	for _, category := range categories {
		if category.Viewer.Can.Post {
			found = append(found, category)
		}
		found = append(found, mayPostIn(category.Children)...)
	}
	return found
}

// openTopic opens a topic, and repeats the call as after a lost answer: there is still one topic.
func (v *visit) openTopic() *parley.TopicOut {
	tree := expect(v.api.CategoriesAPI.ListCategories(v.ctx).Execute())
	category := mayPostIn(tree.Items)[0].Slug
	body := *parley.NewTopicCreate("山中一夜 A night in the hills", "谁去过？", category)
	call := v.api.TopicsAPI.CreateTopic(v.ctx).TopicCreate(body).IdempotencyKey(token())
	first, again := expect(call.Execute()), expect(call.Execute())
	times := map[bool]string{true: "once", false: "twice"}
	fmt.Println("opened", first.Title, times[first.Id == again.Id])
	return first
}

// reply replies with each text.
func (v *visit) reply(topic *parley.TopicOut) []parley.PostOut {
	var posts []parley.PostOut
	for _, body := range bodies {
		call := v.api.RepliesAPI.CreateReply(v.ctx, topic.Id).ReplyCreate(*parley.NewReplyCreate(body))
		posts = append(posts, *expect(call.Execute()))
	}
	fmt.Println("replied", numbers(posts))
	return posts
}

// readAll pages through the replies, three at a time, by the cursor that each page hands on.
func (v *visit) readAll(topic *parley.TopicOut) {
	call := v.api.RepliesAPI.ListReplies(v.ctx, topic.Id).Limit(3)
	for {
		page := expect(call.Execute())
		fmt.Println("page", numbers(page.Items))
		next := page.Next.Get()
		if next == nil {
			return
		}
		call = call.Cursor(*next)
	}
}

// edit changes what was read; the second edit of the same version lost the race, and is told so.
func (v *visit) edit(post parley.PostOut) {
	body := *parley.NewPostPatch()
	body.SetBody("去过两次。Twice.")
	seen := fmt.Sprintf("%q", fmt.Sprint(post.Version))
	call := v.api.PostsAPI.ChangePost(v.ctx, post.Id).PostPatch(body).IfMatch(seen)
	changed := expect(call.Execute())
	fmt.Println("edited, version grew by", changed.Version-post.Version)
	_, _, err := call.Execute()
	lost := refusal(err)
	fmt.Println("lost", lost.Status, lost.Code)
}

// beRefused sends bad input, all of which is named at once, and asks for a topic that there is not.
func (v *visit) beRefused(topic *parley.TopicOut) {
	body := *parley.NewTopicCreate("x  ", "?", topic.Category.Slug)
	body.SetTags([]string{"two words"})
	_, _, err := v.api.TopicsAPI.CreateTopic(v.ctx).TopicCreate(body).Execute()
	invalid := refusal(err)
	var found []string
	for _, item := range invalid.Errors {
		found = append(found, item.GetPointer()+" "+item.Code)
	}
	sort.Strings(found)
	fmt.Println("refused", invalid.Status, invalid.Code, strings.Join(found, " "))
	_, _, err = v.api.TopicsAPI.GetTopic(v.ctx, nobodysTopic).Execute()
	missing := refusal(err)
	fmt.Println("refused", missing.Status, missing.Code)
}

// search finds the edited reply by a Chinese word of it.
func (v *visit) search(topic *parley.TopicOut) {
	page := expect(v.api.SearchAPI.SearchForum(v.ctx).Q("两次").Author(v.name).Execute())
	for _, hit := range page.Items {
		if found := hit.Topic.Get(); found != nil && found.Id == topic.Id {
			fmt.Println("found", hit.Type, hit.Highlight)
		}
	}
}

func main() {
	configuration := parley.NewConfiguration()
	configuration.Servers = parley.ServerConfigurations{{URL: os.Getenv("PARLEY_URL")}}
	v := &visit{api: parley.NewAPIClient(configuration), ctx: context.Background()}
	v.look()
	v.signUp()
	v.signIn()
	topic := v.openTopic()
	posts := v.reply(topic)
	v.readAll(topic)
	v.edit(posts[0])
	v.beRefused(topic)
	v.search(topic)
	left, err := v.api.AuthAPI.Logout(v.ctx).Execute()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed out", left.StatusCode)
}
