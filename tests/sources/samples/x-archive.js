window.YTD.tweets.part0 = [
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1900000000000000001"
          ]
        }
      },
      "retweeted": false,
      "entities": {
        "hashtags": [
          {
            "text": "prøve",
            "indices": [
              "0",
              "6"
            ]
          }
        ],
        "symbols": [],
        "user_mentions": [],
        "urls": [
          {
            "url": "https://t.co/abc",
            "expanded_url": "https://eksempel.invalid/a"
          }
        ]
      },
      "favorite_count": "3",
      "id_str": "1900000000000000001",
      "retweet_count": "1",
      "id": "1900000000000000001",
      "created_at": "Mon Nov 03 09:15:30 +0000 2025",
      "favorited": false,
      "full_text": "Skriv til hende på +45 20 30 40 50 eller kirsten.p@post.invalid, hilsen @kirsten_p u/kirsten_p https://t.co/abc",
      "lang": "da"
    }
  },
  {
    "tweet": {
      "entities": {
        "hashtags": [],
        "user_mentions": [
          {
            "screen_name": "kilde"
          }
        ],
        "urls": []
      },
      "favorite_count": "0",
      "id_str": "1900000000000000002",
      "retweet_count": "7",
      "id": "1900000000000000002",
      "created_at": "Mon Nov 03 09:20:30 +0000 2025",
      "full_text": "RT @kilde: Lang tekst",
      "lang": "da"
    }
  }
]