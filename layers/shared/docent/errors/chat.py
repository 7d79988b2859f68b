"""Why somebody cannot sign in to chat or chat, and what is wrong with groups."""

from docent.errors.base import PermanentError


class SignInFailedError(PermanentError):
    meaning = "a sign-in by browser did not succeed; the log has the reason"
    remedy = "Sign in again from the beginning."
    status, title = 400, "The sign-in did not succeed"
    shown_instead = "The sign-in did not succeed."


class ChatRefusedError(PermanentError):
    meaning = "AWS or Q Business does not accept this user"
    remedy = "Check the provider's session tag and the role's trust policy (docs/chat.md)."
    caller_remedy = "Ask those who run the chat whether you may use it."
    status, title = 403, "The chat does not accept you"


class NotSubscribedError(PermanentError):
    meaning = "the user has no subscription to Q Business"
    remedy = "Subscribe the user, or turn auto-subscription on."
    caller_remedy = "Ask those who run the chat to subscribe you."
    status, title = 403, "You are not subscribed to the chat"


class StaleConversationError(PermanentError):
    meaning = "the conversation has continued since the message that is answered"
    remedy = "Answer the conversation's last message, or start a new conversation."
    status, title = 409, "The conversation has continued"


class UnreadableGroupsError(PermanentError):
    meaning = "the source of groups is missing or damaged, or does not show all it has"
    remedy = "No group was changed. Correct the source; docs/groups.md describes its format."


class TooManyRemovalsError(PermanentError):
    meaning = "the source is empty or lacks more than half of the groups"
    remedy = "No group was changed. Correct the source, or run `docent sync-groups --force` if it is right."


class GroupRefusedError(PermanentError):
    meaning = "Q Business did not accept one group"
    remedy = "The other groups are as in the source; change the group's name or members there."
