"""Xəbərdar: from the world's feeds to the people who asked.

    feeds     ask politely, parse                          Source   -> Entry
    reading   language, countries, topics, summary         Entry    -> Article
    stories   the same report in AZ and EN, elsewhere too  Article  -> Story
    filters   which chats want it, and why                 Story    -> Match | Miss
    alerts    once per chat, now or in the digest          Match    -> Alert | Skip
    delivery  pace, send, retry, record                    Alert    -> Outcome

`bot.pipeline` is this picture as code. The engine has never heard of Telegram or Slack: those
live in `handlers`, which speak to it through `bot.desk` and `bot.delivery.sender`.
"""
