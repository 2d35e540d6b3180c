
    select * from show_encounters($1, $2, $3, $4,
      $5, $6, $7, null, $8,
      $9, $10, $11, $12)