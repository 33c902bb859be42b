"""Who may do what in which state: one line an operation and state, one column a persona.

A cell is the status and, for a refusal, its code. `shown` and `absent` are answers of lists: 200 with or without
the subject among the items. Whoever is suspended is refused everything with 401 invalid_token, so there is no
column for them.
"""

from dataclasses import dataclass

PERSONAS = ("anonymous", "stranger", "author", "moderator", "elsewhere", "admin")
# The personas: nobody; a member who wrote nothing here; the one who wrote topic and reply; a moderator of the
# category; a moderator whose role gives nothing in this category; an administrator.

TOPICS = """
getTopic        | open         | 200              | 200                   | 200                   | 200                     | 200                   | 200
getTopic        | locked       | 200              | 200                   | 200                   | 200                     | 200                   | 200
getTopic        | archived     | 200              | 200                   | 200                   | 200                     | 200                   | 200
getTopic        | members only | 404 not_found    | 200                   | 200                   | 200                     | 200                   | 200
getTopic        | staff only   | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
getTopic        | withdrawn    | 404 not_found    | 404 not_found         | 200                   | 200                     | 404 not_found         | 200
getTopic        | removed      | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
getTopic        | both         | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
getTopic        | held         | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
getTopic        | scheduled    | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
getTopicOutline | open         | 200              | 200                   | 200                   | 200                     | 200                   | 200
getTopicOutline | staff only   | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
getTopicOutline | withdrawn    | 404 not_found    | 404 not_found         | 200                   | 200                     | 404 not_found         | 200
getTopicOutline | removed      | 404 not_found    | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
countTopicView  | open         | 204              | 204                   | 204                   | 204                     | 204                   | 204
countTopicView  | staff only   | 404 not_found    | 404 not_found         | 404 not_found         | 204                     | 404 not_found         | 204
countTopicView  | removed      | 404 not_found    | 404 not_found         | 404 not_found         | 204                     | 404 not_found         | 204
listTopics      | open         | shown            | shown                 | shown                 | shown                   | shown                 | shown
listTopics      | locked       | shown            | shown                 | shown                 | shown                   | shown                 | shown
listTopics      | members only | absent           | shown                 | shown                 | shown                   | shown                 | shown
listTopics      | staff only   | absent           | absent                | absent                | shown                   | absent                | shown
listTopics      | withdrawn    | absent           | absent                | absent                | absent                  | absent                | absent
listTopics      | removed      | absent           | absent                | absent                | absent                  | absent                | absent
searchForum     | open         | shown            | shown                 | shown                 | shown                   | shown                 | shown
searchForum     | members only | absent           | shown                 | shown                 | shown                   | shown                 | shown
searchForum     | staff only   | absent           | absent                | absent                | shown                   | absent                | shown
searchForum     | withdrawn    | absent           | absent                | absent                | absent                  | absent                | absent
searchForum     | removed      | absent           | absent                | absent                | absent                  | absent                | absent
createTopic     | open         | 401 unauthorized | 201                   | 201                   | 201                     | 201                   | 201
createTopic     | archived     | 401 unauthorized | 403 category_archived | 403 category_archived | 201                     | 403 category_archived | 201
createTopic     | read only    | 401 unauthorized | 403 may_not_post_here | 403 may_not_post_here | 201                     | 403 may_not_post_here | 201
createTopic     | members only | 401 unauthorized | 201                   | 201                   | 201                     | 201                   | 201
createTopic     | staff only   | 401 unauthorized | 422 invalid_input     | 422 invalid_input     | 201                     | 422 invalid_input     | 201
changeTopic     | open         | 401 unauthorized | 403 not_yours         | 200                   | 200                     | 403 not_yours         | 200
changeTopic     | locked       | 401 unauthorized | 403 not_yours         | 403 topic_locked      | 200                     | 403 not_yours         | 200
changeTopic     | staff only   | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
changeTopic     | withdrawn    | 401 unauthorized | 404 not_found         | 403 topic_deleted     | 403 topic_deleted       | 404 not_found         | 403 topic_deleted
changeTopic     | removed      | 401 unauthorized | 404 not_found         | 404 not_found         | 403 topic_deleted       | 404 not_found         | 403 topic_deleted
deleteTopic     | open         | 401 unauthorized | 403 not_yours         | 204                   | 204                     | 403 not_yours         | 204
deleteTopic     | locked       | 401 unauthorized | 403 not_yours         | 403 topic_locked      | 204                     | 403 not_yours         | 204
deleteTopic     | staff only   | 401 unauthorized | 404 not_found         | 404 not_found         | 204                     | 404 not_found         | 204
deleteTopic     | withdrawn    | 401 unauthorized | 404 not_found         | 409 already_deleted   | 409 already_deleted     | 404 not_found         | 409 already_deleted
deleteTopic     | removed      | 401 unauthorized | 404 not_found         | 404 not_found         | 409 already_deleted     | 404 not_found         | 409 already_deleted
restoreTopic    | open         | 401 unauthorized | 403 not_yours         | 409 not_deleted       | 409 not_deleted         | 403 not_yours         | 409 not_deleted
restoreTopic    | staff only   | 401 unauthorized | 404 not_found         | 404 not_found         | 409 not_deleted         | 404 not_found         | 409 not_deleted
restoreTopic    | withdrawn    | 401 unauthorized | 404 not_found         | 200                   | 403 withdrawn_by_author | 404 not_found         | 403 withdrawn_by_author
restoreTopic    | removed      | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
restoreTopic    | both         | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
lockTopic       | open         | 401 unauthorized | 403 moderators_only   | 403 moderators_only   | 200                     | 403 moderators_only   | 200
lockTopic       | staff only   | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
lockTopic       | withdrawn    | 401 unauthorized | 404 not_found         | 403 moderators_only   | 200                     | 404 not_found         | 200
unlockTopic     | locked       | 401 unauthorized | 403 moderators_only   | 403 moderators_only   | 200                     | 403 moderators_only   | 200
unlockTopic     | removed      | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
pinTopic        | open         | 401 unauthorized | 403 moderators_only   | 403 moderators_only   | 200                     | 403 moderators_only   | 200
pinTopic        | staff only   | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
unpinTopic      | open         | 401 unauthorized | 403 moderators_only   | 403 moderators_only   | 200                     | 403 moderators_only   | 200
unpinTopic      | removed      | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
acceptAnswer    | open         | 401 unauthorized | 403 not_yours         | 200                   | 200                     | 403 not_yours         | 200
acceptAnswer    | locked       | 401 unauthorized | 403 not_yours         | 403 topic_locked      | 200                     | 403 not_yours         | 200
acceptAnswer    | staff only   | 401 unauthorized | 404 not_found         | 404 not_found         | 200                     | 404 not_found         | 200
acceptAnswer    | withdrawn    | 401 unauthorized | 404 not_found         | 403 topic_deleted     | 403 topic_deleted       | 404 not_found         | 403 topic_deleted
acceptAnswer    | reply gone   | 401 unauthorized | 403 not_yours         | 422 invalid_input     | 422 invalid_input       | 403 not_yours         | 422 invalid_input
unacceptAnswer  | open         | 401 unauthorized | 403 not_yours         | 200                   | 200                     | 403 not_yours         | 200
unacceptAnswer  | removed      | 401 unauthorized | 404 not_found         | 404 not_found         | 403 topic_deleted       | 404 not_found         | 403 topic_deleted
"""

POSTS = """
listReplies       | open          | 200              | 200                    | 200                     | 200                     | 200                    | 200
listReplies       | staff only    | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
listReplies       | withdrawn     | 404 not_found    | 404 not_found          | 200                     | 200                     | 404 not_found          | 200
listReplies       | removed       | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
getReply          | open          | 200              | 200                    | 200                     | 200                     | 200                    | 200
getReply          | staff only    | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
getReply          | removed       | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
getReply          | reply gone    | 200              | 200                    | 200                     | 200                     | 200                    | 200
createReply       | open          | 401 unauthorized | 201                    | 201                     | 201                     | 201                    | 201
createReply       | locked        | 401 unauthorized | 403 topic_locked       | 403 topic_locked        | 201                     | 403 topic_locked       | 201
createReply       | archived      | 401 unauthorized | 403 category_archived  | 403 category_archived   | 201                     | 403 category_archived  | 201
createReply       | read only     | 401 unauthorized | 403 may_not_reply_here | 403 may_not_reply_here  | 201                     | 403 may_not_reply_here | 201
createReply       | members only  | 401 unauthorized | 201                    | 201                     | 201                     | 201                    | 201
createReply       | staff only    | 401 unauthorized | 404 not_found          | 404 not_found           | 201                     | 404 not_found          | 201
createReply       | withdrawn     | 401 unauthorized | 404 not_found          | 403 topic_deleted       | 403 topic_deleted       | 404 not_found          | 403 topic_deleted
createReply       | removed       | 401 unauthorized | 404 not_found          | 404 not_found           | 403 topic_deleted       | 404 not_found          | 403 topic_deleted
getPost           | open          | 200              | 200                    | 200                     | 200                     | 200                    | 200
getPost           | members only  | 404 not_found    | 200                    | 200                     | 200                     | 200                    | 200
getPost           | staff only    | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
getPost           | removed       | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
getPost           | reply gone    | 200              | 200                    | 200                     | 200                     | 200                    | 200
getPost           | reply removed | 200              | 200                    | 200                     | 200                     | 200                    | 200
getPost           | reply held    | 404 not_found    | 404 not_found          | 200                     | 200                     | 404 not_found          | 200
getPost           | reply later   | 404 not_found    | 404 not_found          | 200                     | 200                     | 404 not_found          | 200
listPostRevisions | open          | 200              | 200                    | 200                     | 200                     | 200                    | 200
listPostRevisions | staff only    | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
listPostRevisions | removed       | 404 not_found    | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
listPostRevisions | reply gone    | 404 not_found    | 404 not_found          | 404 not_found           | 404 not_found           | 404 not_found          | 404 not_found
listPostRevisions | reply held    | 404 not_found    | 404 not_found          | 404 not_found           | 404 not_found           | 404 not_found          | 404 not_found
changePost        | open          | 401 unauthorized | 403 not_yours          | 200                     | 200                     | 403 not_yours          | 200
changePost        | locked        | 401 unauthorized | 403 not_yours          | 403 topic_locked        | 200                     | 403 not_yours          | 200
changePost        | staff only    | 401 unauthorized | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
changePost        | withdrawn     | 401 unauthorized | 404 not_found          | 403 topic_deleted       | 200                     | 404 not_found          | 200
changePost        | reply gone    | 401 unauthorized | 404 not_found          | 404 not_found           | 404 not_found           | 404 not_found          | 404 not_found
deletePost        | open          | 401 unauthorized | 403 not_yours          | 204                     | 204                     | 403 not_yours          | 204
deletePost        | locked        | 401 unauthorized | 403 not_yours          | 403 topic_locked        | 204                     | 403 not_yours          | 204
deletePost        | staff only    | 401 unauthorized | 404 not_found          | 404 not_found           | 204                     | 404 not_found          | 204
deletePost        | reply gone    | 401 unauthorized | 404 not_found          | 409 already_deleted     | 409 already_deleted     | 404 not_found          | 409 already_deleted
deletePost        | reply removed | 401 unauthorized | 404 not_found          | 409 already_deleted     | 409 already_deleted     | 404 not_found          | 409 already_deleted
deletePost        | reply held    | 401 unauthorized | 404 not_found          | 409 already_deleted     | 409 already_deleted     | 404 not_found          | 409 already_deleted
restorePost       | open          | 401 unauthorized | 403 not_yours          | 409 not_deleted         | 409 not_deleted         | 403 not_yours          | 409 not_deleted
restorePost       | staff only    | 401 unauthorized | 404 not_found          | 404 not_found           | 409 not_deleted         | 404 not_found          | 409 not_deleted
restorePost       | reply gone    | 401 unauthorized | 403 not_yours          | 200                     | 403 withdrawn_by_author | 403 not_yours          | 403 withdrawn_by_author
restorePost       | gone, locked  | 401 unauthorized | 403 not_yours          | 403 topic_locked        | 403 withdrawn_by_author | 403 not_yours          | 403 withdrawn_by_author
restorePost       | gone, hidden  | 401 unauthorized | 404 not_found          | 403 topic_deleted       | 403 withdrawn_by_author | 404 not_found          | 403 withdrawn_by_author
restorePost       | reply removed | 401 unauthorized | 403 not_yours          | 403 hidden_by_moderator | 200                     | 403 not_yours          | 200
restorePost       | reply both    | 401 unauthorized | 403 not_yours          | 403 hidden_by_moderator | 200                     | 403 not_yours          | 200
voteOnPost        | open          | 401 unauthorized | 200                    | 403 own_post            | 200                     | 200                    | 200
voteOnPost        | locked        | 401 unauthorized | 200                    | 403 own_post            | 200                     | 200                    | 200
voteOnPost        | read only     | 401 unauthorized | 403 may_not_reply_here | 403 may_not_reply_here  | 200                     | 403 may_not_reply_here | 200
voteOnPost        | staff only    | 401 unauthorized | 404 not_found          | 404 not_found           | 200                     | 404 not_found          | 200
voteOnPost        | withdrawn     | 401 unauthorized | 404 not_found          | 403 topic_deleted       | 403 topic_deleted       | 404 not_found          | 403 topic_deleted
voteOnPost        | reply gone    | 401 unauthorized | 404 not_found          | 404 not_found           | 404 not_found           | 404 not_found          | 404 not_found
previewPost       | open          | 401 unauthorized | 200                    | 200                     | 200                     | 200                    | 200
"""

PLACES = """
listCategories | open         | shown                  | shown                  | shown                  | shown                  | shown                  | shown
listCategories | members only | absent                 | shown                  | shown                  | shown                  | shown                  | shown
listCategories | staff only   | absent                 | absent                 | absent                 | shown                  | absent                 | shown
getCategory    | open         | 200                    | 200                    | 200                    | 200                    | 200                    | 200
getCategory    | archived     | 200                    | 200                    | 200                    | 200                    | 200                    | 200
getCategory    | members only | 404 not_found          | 200                    | 200                    | 200                    | 200                    | 200
getCategory    | staff only   | 404 not_found          | 404 not_found          | 404 not_found          | 200                    | 404 not_found          | 200
createCategory | open         | 401 unauthorized       | 403 admins_only        | 403 admins_only        | 403 admins_only        | 403 admins_only        | 201
changeCategory | open         | 401 unauthorized       | 403 admins_only        | 403 admins_only        | 403 admins_only        | 403 admins_only        | 200
changeCategory | staff only   | 401 unauthorized       | 403 admins_only        | 403 admins_only        | 403 admins_only        | 403 admins_only        | 200
listTags       | open         | 200                    | 200                    | 200                    | 200                    | 200                    | 200
getTag         | open         | 200                    | 200                    | 200                    | 200                    | 200                    | 200
listEvents     | open         | 200                    | 200                    | 200                    | 200                    | 200                    | 200
streamEvents   | open         | 501 stream_unavailable | 501 stream_unavailable | 501 stream_unavailable | 501 stream_unavailable | 501 stream_unavailable | 501 stream_unavailable
getMeta        | open         | 200                    | 200                    | 200                    | 200                    | 200                    | 200
"""

MEMBERS = """
getUser       | open      | 200              | 200             | 200             | 200             | 200             | 200
getUser       | suspended | 200              | 200             | 200             | 200             | 200             | 200
getUser       | deleted   | 404 not_found    | 404 not_found   | 404 not_found   | 404 not_found   | 404 not_found   | 404 not_found
listUsers     | open      | shown            | shown           | shown           | shown           | shown           | shown
listUsers     | suspended | shown            | shown           | shown           | shown           | shown           | shown
listUsers     | deleted   | absent           | absent          | absent          | absent          | absent          | absent
setUserRole   | open      | 401 unauthorized | 403 admins_only | 403 admins_only | 403 admins_only | 403 admins_only | 200
setUserRole   | deleted   | 401 unauthorized | 403 admins_only | 403 admins_only | 403 admins_only | 403 admins_only | 404 not_found
getOwnUser    | open      | 401 unauthorized | 200             | 200             | 200             | 200             | 200
changeOwnUser | open      | 401 unauthorized | 200             | 200             | 200             | 200             | 200
"""

# What signs in or out asks for a secret, which none of these callers knows: all are refused alike.
ACCOUNTS = """
registerUser        | open | 202                       | 202                       | 202                       | 202                       | 202                       | 202
resendConfirmation  | open | 202                       | 202                       | 202                       | 202                       | 202                       | 202
confirmRegistration | open | 422 link_invalid          | 422 link_invalid          | 422 link_invalid          | 422 link_invalid          | 422 link_invalid          | 422 link_invalid
login               | open | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials
refreshSession      | open | 401 invalid_refresh_token | 401 invalid_refresh_token | 401 invalid_refresh_token | 401 invalid_refresh_token | 401 invalid_refresh_token | 401 invalid_refresh_token
logout              | open | 401 unauthorized          | 204                       | 204                       | 204                       | 204                       | 204
forgotPassword      | open | 202                       | 202                       | 202                       | 202                       | 202                       | 202
resetPassword       | open | 422 link_invalid          | 422 link_invalid          | 422 link_invalid          | 422 link_invalid          | 422 link_invalid          | 422 link_invalid
changePassword      | open | 401 unauthorized          | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials
reauthenticate      | open | 401 unauthorized          | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials   | 401 invalid_credentials
listSessions        | open | 401 unauthorized          | 200                       | 200                       | 200                       | 200                       | 200
endOtherSessions    | open | 401 unauthorized          | 204                       | 204                       | 204                       | 204                       | 204
endSession          | open | 401 unauthorized          | 404 not_found             | 404 not_found             | 404 not_found             | 404 not_found             | 404 not_found
"""


@dataclass(frozen=True)
class Row:
    """What each persona is answered when doing this to a thing in that state."""

    operation: str
    state: str
    answers: dict[str, str]


def _rows(table: str) -> list[Row]:
    found = []
    for line in table.strip().splitlines():
        operation, state, *cells = (cell.strip() for cell in line.split("|"))
        found.append(Row(operation, state, dict(zip(PERSONAS, cells, strict=True))))
    return found


ROWS = [row for table in (TOPICS, POSTS, PLACES, MEMBERS, ACCOUNTS) for row in _rows(table)]
